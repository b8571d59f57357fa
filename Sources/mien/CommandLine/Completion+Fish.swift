/// Completion for fish.
func fishCompletion() -> String {
  let names = firstWords.map { word in
    let summary = commandTable.first { $0.words == [word] }?.summary ?? ""
    return "complete -c mien -n __fish_use_subcommand -f -a \(word) -d \(fishQuoted(summary))"
  }
  let head = "# fish completion for mien\n" + names.joined(separator: "\n")
  return head + "\n" + commandTable.flatMap(fishRows).joined(separator: "\n") + "\n"
}

private func fishRows(_ command: Command) -> [String] {
  let condition = command.words.map { "__fish_seen_subcommand_from \($0)" }.joined(separator: "; and ")
  let start = "complete -c mien -n \(fishQuoted(condition))"
  let words = followers(of: command).map { "\(start) -a \($0)" }
  return words + command.options.map { "\(start) \(fishOption($0))" }
}

private func fishOption(_ option: OptionSpec) -> String {
  let short = option.short.map { "-s \($0.dropFirst()) " } ?? ""
  return "\(short)-l \(option.name.dropFirst(2))\(fishValue(option.kind)) -d \(fishQuoted(option.help))"
}

private func fishValue(_ kind: ValueKind) -> String {
  switch kind {
  case .flag: ""
  case .file: " -r"
  case .folder: " -x -a '(__fish_complete_directories)'"
  case .choice(let words): " -x -a \(fishQuoted(words.joined(separator: " ")))"
  case .text, .list, .integer, .number, .time, .interval, .size: " -x"
  }
}

private func fishQuoted(_ text: String) -> String {
  "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
}
