/// The manual page `mien(1)` in man's macros, from the command table.
enum ManPage {
  static var text: String {
    let head = [
      ".TH MIEN 1 \"\" \"mien \(Mien.version)\" \"User commands\"", ".SH NAME",
      "mien \\- recognises facial expressions in video", ".SH SYNOPSIS", ".B mien", ".I COMMAND", "[\\fIOPTIONS\\fR]",
      ".SH DESCRIPTION",
      escaped(
        "Finds faces in video, follows them, and says which expression each shows: on a plain CPU, with weights inside; "
          + "nothing is fetched and nothing sent."), ".SH COMMANDS",
    ]
    return (head + commandTable.flatMap(section) + statuses).joined(separator: "\n") + "\n"
  }

  private static func section(_ command: Command) -> [String] {
    [".SS \(escaped(command.usage))", escaped(command.summary)]
      + command.options.flatMap { [".TP", ".B \(escaped($0.usage))", escaped($0.help)] }
      + command.details.flatMap { [".PP", escaped($0)] }
      + command.examples.flatMap { [".PP", ".RS", ".B \(escaped($0.line))", ".br", escaped($0.effect), ".RE"] }
  }

  private static let statuses =
    [".SH EXIT STATUS"]
    + [
      ("0", "Done."), ("1", "The work failed; one sentence on standard error says why."),
      ("2", "The command line is wrong."),
      ("130", "Interrupted (SIGINT, SIGTERM, SIGHUP); what was done so far is kept as OUT.partial.EXT."),
    ].flatMap { [".TP", ".B \($0.0)", escaped($0.1)] }

  private static func escaped(_ text: String) -> String {
    let body = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").unicodeScalars.map {
      $0.isASCII ? String($0) : "\\[u\(String($0.value, radix: 16, uppercase: true))]"
    }.joined()
    return body.hasPrefix(".") || body.hasPrefix("'") ? "\\&" + body : body
  }
}
