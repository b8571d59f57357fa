/// Text as a terminal or a page may have it: without passwords and tokens of addresses, and with `?` for what a terminal would
/// take for commands.
public enum PrintableText {
  /// A name, or another text of one line.
  public static func line(_ text: String) -> String {
    FileName.shown(text).unicodeScalars.map { isCommand($0) ? "?" : String($0) }.joined()
  }

  /// A text of several lines.
  public static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }.joined(separator: "\n")
  }

  /// Whether a terminal would act on it: control characters, ends of lines, and what turns the direction of writing. Joiners
  /// are part of how words are written.
  private static func isCommand(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: !["\u{200C}", "\u{200D}"].contains(scalar)
    default: false
    }
  }
}
