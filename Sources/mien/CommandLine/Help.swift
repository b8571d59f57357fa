/// Texts for people who ask, made from the command table alone.
enum Help {
  /// The commands, a line each.
  static var overview: String {
    let width = commandTable.map(\.name.count).max() ?? 0
    let rows = commandTable.map { command in
      let lines = wrap(command.summary, at: Terminal.width - width - 4)
      return "  " + padded(command.name, width) + "  " + lines.joined(separator: "\n" + padded("", width + 4))
    }
    return """
      \(wrapped("mien: recognises facial expressions in video, on a plain CPU."))

      Usage: mien COMMAND …

      \(rows.joined(separator: "\n"))

      \(wrapped("mien help COMMAND tells more; mien --version gives the version."))

      """
  }

  /// All about one command.
  static func page(_ command: Command) -> String {
    var sections = [wrapped("Usage: \(command.usage)"), wrapped(command.summary)]
    if !command.options.isEmpty { sections.append("Options:\n" + optionRows(command.options)) }
    sections += command.details.map { wrapped($0) }
    if !command.examples.isEmpty {
      sections.append(
        "Examples:\n" + command.examples.map { "  \($0.line)\n" + indented($0.effect, 6) }.joined(separator: "\n"))
    }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private static func optionRows(_ options: [OptionSpec]) -> String {
    let width = min(options.map(\.usage.count).max() ?? 0, Terminal.width < 60 ? 8 : 28)
    return options.map { option in
      let lines = wrap(option.help, at: Terminal.width - width - 4).joined(separator: "\n" + padded("", width + 4))
      let gap = option.usage.count > width ? "\n" + padded("", width + 4) : padded("", width - option.usage.count + 2)
      return "  " + option.usage + gap + lines
    }.joined(separator: "\n")
  }

  private static func indented(_ text: String, _ blanks: Int) -> String {
    wrap(text, at: Terminal.width - blanks).map { padded("", blanks) + $0 }.joined(separator: "\n")
  }

  /// Lines of a table, which begin with blanks, keep these and hang.
  private static func wrapped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.hasPrefix("  ") else { return wrap(String(line), at: Terminal.width).joined(separator: "\n") }
      return hung(String(line))
    }.joined(separator: "\n")
  }
}

extension Help {
  /// A line of a table that is too long goes on under its last column.
  private static func hung(_ line: String) -> String {
    guard line.count > Terminal.width else { return line }
    let column = line.ranges(of: "  ").last { line[$0.upperBound...].first != " " && $0.lowerBound != line.startIndex }
    let indent = column.map { line.distance(from: line.startIndex, to: $0.upperBound) } ?? 4
    let usual = indent < Terminal.width - 20 ? indent : 6
    let head = line.prefix(usual)
    return head
      + wrap(String(line.dropFirst(usual)), at: Terminal.width - usual).joined(separator: "\n" + padded("", usual))
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
