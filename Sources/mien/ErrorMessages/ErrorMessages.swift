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

/// A name as a terminal may have it.
func shown(_ name: String) -> String { PrintableText.line(name) }

/// The same for texts of several lines.
func shownLines(_ text: String) -> String { PrintableText.lines(text) }

/// `"x"`, as a terminal may have it.
func quoted(_ text: String) -> String { "\"\(shown(text))\"" }

/// `a, b`, or the first of many names and how many more there are.
func listed(_ names: [String], most: Int = 5, _ word: (String) -> String = shown) -> String {
  let more = names.count > most ? " and \(names.count - most) more" : ""
  return names.prefix(most).map(word).joined(separator: ", ") + more
}

/// What the system calls error number `code`.
func systemReason(_ code: Int32) -> String {
  String(cString: strerror(code)).lowercased()
}
