import CFFmpeg
import Core
import Synchronization

/// What FFmpeg said of a call that failed.
struct FFmpegFailure {
  /// Negative status.
  let status: Int32
  /// Last line logged as an error since the call before began, if any.
  let line: String?

  /// One line for people.
  var detail: String {
    guard let line, !line.isEmpty else { return meaning }
    return "\(meaning) (\(line))"
  }

  private var meaning: String { errorText(status) }
}

/// FFmpeg's words for a status.
func errorText(_ status: Int32) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { text in
    av_strerror(status, text.baseAddress, text.count)
    return String(cString: text.baseAddress!)
  }
}

/// Passes a status of 0 or more, throws what `error` makes of a failure: every call into FFmpeg goes through here,
/// except where "again" and "end" are answers.
@discardableResult
func check(_ status: Int32, or error: (FFmpegFailure) -> MediaError) throws -> Int32 {
  guard status < 0 else { return status }
  throw error(FFmpegFailure(status: status, line: FFmpegLog.takeLine()))
}

/// FFmpeg's log: kept from the terminal, its last error line remembered.
enum FFmpegLog {
  private static let last = Mutex<String?>(nil)

  /// Takes over FFmpeg's log, once.
  static func start() { _ = started }

  private static let started: Void = {
    av_log_set_level(AV_LOG_ERROR)
    av_log_set_callback { context, level, format, arguments in
      guard level <= AV_LOG_ERROR, let format, let arguments else { return }
      FFmpegLog.keep(context, level, format, arguments)
    }
  }()

  /// The last line since the last call, without its line end.
  static func takeLine() -> String? {
    last.withLock { line in
      defer { line = nil }
      return line
    }
  }

  private static func keep(
    _ context: UnsafeMutableRawPointer?, _ level: Int32, _ format: UnsafePointer<CChar>, _ arguments: CVaListPointer
  ) {
    var text = [CChar](repeating: 0, count: 512)
    var prefix: Int32 = 0
    av_log_format_line2(context, level, format, arguments, &text, Int32(text.count), &prefix)
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").joined(separator: " ")
    // It may hold the address that is read, with its password.
    last.withLock { $0 = FileName.shown(line) }
  }
}
