/// Completion for zsh, by `_arguments`.
func zshCompletion() -> String {
  let rows = commandTable.filter { $0.words.count == 1 }.map { shellQuoted("\($0.name):\($0.summary)") }
  let families = firstWords.filter { word in !commandTable.contains { $0.words == [word] } }.map(shellQuoted)
  return """
    #compdef mien
    _mien() {
      local -a commands
      commands=(
        \((rows + families).joined(separator: "\n    "))
      )
      if (( CURRENT == 2 )); then
        _describe command commands
        return
      fi
      case "${(j: :)words[2,-1]} " in
    \(commandsLongestFirst.map(zshCase).joined(separator: "\n"))
      esac
    }
    _mien "$@"

    """
}

private func zshCase(_ command: Command) -> String {
  let specs = command.options.map(zshOption) + command.operands.map(zshOperand) + zshFollowers(command)
  let skipped = command.words.count
  return """
        '\(command.name) '*)
          shift \(skipped) words
          (( CURRENT -= \(skipped) ))
          _arguments \\
            \(specs.joined(separator: " \\\n        ")) ;;
    """
}

private func zshOption(_ option: OptionSpec) -> String {
  let names = option.short.map { "'(\($0) \(option.name))'{\($0),\(option.name)}" } ?? option.name
  let help = option.help.replacing("]", with: "\\]").replacing("[", with: "\\[").replacing(":", with: "\\:")
  let value = option.kind == .flag ? "" : ":\(zshPlain(option.placeholder)):\(zshAction(option.kind))"
  return names + shellQuoted("[\(help)]\(value)")
}

private func zshOperand(_ operand: Operand) -> String {
  shellQuoted("\(operand.repeats ? "*" : ""):\(zshPlain(operand.placeholder)):_files")
}

private func zshFollowers(_ command: Command) -> [String] {
  let words = followers(of: command)
  return words.isEmpty ? [] : [shellQuoted("1:command:(\(words.joined(separator: " ")))")]
}

private func zshPlain(_ text: String) -> String { text.replacing(":", with: "\\:") }

private func zshAction(_ kind: ValueKind) -> String {
  switch kind {
  case .file: "_files"
  case .folder: "_files -/"
  case .choice(let words): "(\(words.joined(separator: " ")))"
  case .flag, .text, .list, .integer, .number, .time, .interval, .size: ""
  }
}
