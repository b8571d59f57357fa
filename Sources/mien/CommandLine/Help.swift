/// Texts for people who ask, made from the command table alone.
enum Help {
  /// The commands, a line each.
  static var overview: String {
    let width = commandTable.map(\.name.count).max() ?? 0
    let rows = commandTable.map { "  " + padded($0.name, width) + "  " + $0.summary }
    return """
      mien: recognises facial expressions in video, on a plain CPU.

      Usage: mien COMMAND …

      \(rows.joined(separator: "\n"))

      mien help COMMAND tells more; mien --version gives the version.

      """
  }

  /// All about one command.
  static func page(_ command: Command) -> String {
    var sections = ["Usage: \(command.usage)", wrapped(command.summary)]
    if !command.options.isEmpty { sections.append("Options:\n" + optionRows(command.options)) }
    sections += command.details.map { wrapped($0) }
    if !command.examples.isEmpty {
      sections.append(
        "Examples:\n" + command.examples.map { "  \($0.line)\n      \($0.effect)" }.joined(separator: "\n"))
    }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private static func optionRows(_ options: [OptionSpec]) -> String {
    let width = min(options.map(\.usage.count).max() ?? 0, 28)
    return options.map { option in
      let lines = wrap(option.help, at: 96 - width).joined(separator: "\n" + padded("", width + 4))
      let gap = option.usage.count > width ? "\n" + padded("", width + 4) : padded("", width - option.usage.count + 2)
      return "  " + option.usage + gap + lines
    }.joined(separator: "\n")
  }

  /// Lines of a table, which begin with blanks, keep these and hang.
  private static func wrapped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.hasPrefix("  ") else { return wrap(String(line), at: 100).joined(separator: "\n") }
      return String(line)
    }.joined(separator: "\n")
  }
}

extension OptionSpec {
  /// `-o, --out OUT`.
  var usage: String {
    (short.map { "\($0), " } ?? "") + name + (placeholder.isEmpty ? "" : " \(placeholder)")
  }
}

/// `text` with blanks after it up to `width` characters.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// `text` cut between words into lines of at most `width` characters.
func wrap(_ text: String, at width: Int) -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, last.count + 1 + word.count <= width {
      lines[lines.count - 1] = "\(last) \(word)"
    } else {
      lines.append(String(word))
    }
  }
  return lines
}
