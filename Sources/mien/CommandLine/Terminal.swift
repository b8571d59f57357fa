import Core
import Glibc
import Synchronization

/// Standard output and standard error.
enum Terminal {
  /// Writes `text` to standard error; what cannot be written there has nowhere else to go.
  static func printToStandardError(_ text: String) {
    let isLine = !text.hasPrefix("\r") && text.hasSuffix("\n")
    try? write(isLine && isTimed.load(ordering: .relaxed) ? "\(now()) \(text)" : text, to: STDERR_FILENO)
  }

  /// Whether lines on standard error begin with date and time.
  static let isTimed = Atomic<Bool>(false)

  /// `2026-01-31T23:59:59`, local.
  private static func now() -> String {
    var (seconds, parts) = (time(nil), tm())
    localtime_r(&seconds, &parts)
    return String(unsafeUninitializedCapacity: 32) { buffer in
      buffer.withMemoryRebound(to: CChar.self) { strftime($0.baseAddress!, 32, "%Y-%m-%dT%H:%M:%S", &parts) }
    }
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

  /// Columns that texts may fill: the terminal's, else those of the variable COLUMNS, at most 100.
  static let width: Int = {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let columns = isKnown ? Int(size.ws_col) : getenv("COLUMNS").flatMap { Int(String(cString: $0)) } ?? 100
    return max(40, min(columns, 100))
  }()

  /// Whether people watch standard error.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  private static func write(_ text: String, to descriptor: Int32) throws {
    guard Array(text.utf8).withUnsafeBytes({ writeAll($0, to: descriptor) }) else {
      throw StandardOutputError.unwritable(errno: errno)
    }
  }
}
