import Core
import Glibc

/// Standard output and standard error.
enum Terminal {
  /// Writes `text` to standard error; what cannot be written there has nowhere else to go.
  static func complain(_ text: String) {
    try? write(text, to: STDERR_FILENO)
  }

  /// Writes `text` to standard output.
  /// - Throws: `TerminalError.unwritable` where it cannot be written.
  static func print(_ text: String) throws {
    try write(text, to: STDOUT_FILENO)
  }

  /// A pipe without a reader is waited for.
  @Sendable static func sayWaiting(_ path: String) {
    complain("mien: Waiting for somebody to read \(quoted(path)); Ctrl-C ends it.\n")
  }

  /// Whether people watch standard error.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  private static func write(_ text: String, to descriptor: Int32) throws {
    guard Array(text.utf8).withUnsafeBytes({ writeAll($0, to: descriptor) }) else {
      throw TerminalError.unwritable(errno: errno)
    }
  }
}

/// Why standard output took nothing more.
enum TerminalError: Error, Hashable {
  case unwritable(errno: Int32)
}
