import Glibc

/// The one place where errors become sentences. An error enum holds data; its sentences stand in a file of this folder
/// as an extension `ErrorType: Explained`, one row a case.
protocol Explained: Error {
  /// One sentence that names the thing, what is wrong with it and what to try.
  var sentence: String { get }
}

/// The sentence for any error.
func sentence(for error: any Error) -> String {
  (error as? any Explained)?.sentence ?? "\(error)."
}

/// `"x"`, with what a terminal would take for commands left out.
func quoted(_ text: String) -> String {
  let shown = text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }.joined()
  return "\"\(shown)\""
}

/// What the system calls error number `code`.
func systemReason(_ code: Int32) -> String {
  String(cString: strerror(code)).lowercased()
}
