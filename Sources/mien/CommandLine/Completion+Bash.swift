/// Completion for bash: the command is the longest name that the words begin with; after an option its values, else
/// options and files.
func bashCompletion() -> String {
  """
  # bash completion for mien
  _mien() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words="${COMP_WORDS[*]:1} "
    local options= values= followers=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
      COMPREPLY=($(compgen -W "\(firstWords.joined(separator: " ")) --help --version" -- "$current"))
      return
    fi
    case "$words" in
  \(commandsLongestFirst.map(bashCase).joined(separator: "\n"))
    esac
    case "$values" in
      -f) COMPREPLY=($(compgen -f -- "$current")); return ;;
      -d) COMPREPLY=($(compgen -d -- "$current")); return ;;
      -W*) COMPREPLY=($(compgen -W "${values#-W}" -- "$current")); return ;;
      none) return ;;
    esac
    case "$current" in
      -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
      *) COMPREPLY=($(compgen -W "$followers" -- "$current") $(compgen -f -- "$current")) ;;
    esac
  }
  complete -o filenames -F _mien mien

  """
}

private func bashCase(_ command: Command) -> String {
  let options = command.options.flatMap { [$0.short, $0.name].compactMap(\.self) }.joined(separator: " ")
  let values = command.options.filter { $0.kind != .flag }.map { option in
    "        \(option.short.map { "\($0)|" } ?? "")\(option.name)) values='\(bashValues(option.kind))' ;;"
  }
  return """
        "\(command.name) "*)
          options='\(options) --help'
          followers='\(followers(of: command).joined(separator: " "))'
          case "$previous" in
    \(values.joined(separator: "\n"))
          esac ;;
    """
}

private func bashValues(_ kind: ValueKind) -> String {
  switch kind {
  case .file: "-f"
  case .folder: "-d"
  case .choice(let words): "-W" + words.joined(separator: " ")
  case .flag, .text, .list, .integer, .number, .time, .interval, .size: "none"
  }
}
