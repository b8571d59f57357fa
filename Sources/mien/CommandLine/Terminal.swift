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

  /// Whether people watch standard error.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  private static func write(_ text: String, to descriptor: Int32) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw TerminalError.unwritable(errno: errno) }
      rest = rest.dropFirst(written)
    }
  }
}

/// Why standard output took nothing more.
enum TerminalError: Error, Hashable {
  case unwritable(errno: Int32)
}
