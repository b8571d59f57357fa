import Core
import Glibc

/// The one place where errors become sentences. An error enum holds data; its sentences stand in a file of this folder
/// as an extension `ErrorType: Explained`, one row a case.
protocol Explained: Error {
  /// One sentence that names the thing, what is wrong with it and what to try.
  var sentence: String { get }
}

/// The sentence for any error.
func sentence(for error: any Error) -> String {
  shown((error as? any Explained)?.sentence ?? "\(error).")
}

/// A name as a terminal may have it: without passwords and tokens, and with `?` for what would be taken for commands.
func shown(_ name: String) -> String {
  FileName.shown(name).unicodeScalars.map { isCommand($0) ? "?" : String($0) }.joined()
}

/// The same for texts of several lines.
func shownLines(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { shown(String($0)) }.joined(separator: "\n")
}

/// Whether a terminal would act on it: control characters, ends of lines, and what turns the direction of writing. Joiners
/// are part of how words are written.
private func isCommand(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator: true
  case .format: !["\u{200C}", "\u{200D}"].contains(scalar)
  default: false
  }
}

/// `"x"`, as a terminal may have it.
func quoted(_ text: String) -> String { "\"\(shown(text))\"" }

/// `a, b`, or the first of many names and how many more there are.
func listed(_ names: [String], most: Int = 5, _ word: (String) -> String = shown) -> String {
  let more = names.count > most ? " and \(names.count - most) more" : ""
  return names.prefix(most).map(word).joined(separator: ", ") + more
}

/// `1 frame` or `2 frames`.
func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  "\(count) \(count == 1 ? one : many ?? one + "s")"
}

/// What the system calls error number `code`.
func systemReason(_ code: Int32) -> String {
  String(cString: strerror(code)).lowercased()
}
