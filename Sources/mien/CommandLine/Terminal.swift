import Core
import Glibc

/// Standard output and standard error.
enum Terminal {
  /// Writes `text` to standard error; what cannot be written there has nowhere else to go.
  static func printToStandardError(_ text: String) {
    try? write(text, to: STDERR_FILENO)
  }

  /// Writes `text` to standard output.
  /// - Throws: `StandardOutputError.unwritable` where it cannot be written.
  static func print(_ text: String) throws {
    try write(text, to: STDOUT_FILENO)
  }

  /// A pipe without a reader is waited for.
  static func waiting(_ path: String) -> String {
    "mien: Waiting for somebody to read \(quoted(path)); Ctrl-C ends it."
  }

  /// The same on standard error.
  @Sendable static func sayWaiting(_ path: String) { printToStandardError("\(waiting(path))\n") }

  /// Whether people watch standard error.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  private static func write(_ text: String, to descriptor: Int32) throws {
    guard Array(text.utf8).withUnsafeBytes({ writeAll($0, to: descriptor) }) else {
      throw StandardOutputError.unwritable(errno: errno)
    }
  }
}
