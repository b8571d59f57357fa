import Core
import Sessions

/// Runs sessions for a terminal: signals stop them, and what they have to say becomes sentences on standard error.
final class SessionHost: Sendable {
  private let quiet: Bool
  private let progress = Locked<ProgressLine?>(nil)

  /// - Parameter quiet: says what failed, and what is waited for, alone.
  init(quiet: Bool) { self.quiet = quiet }

  /// What sessions are given.
  var context: SessionContext {
    SessionContext(cancellation: Interruption.cancellation()) { [self] in take($0) }
  }

  private func take(_ notice: SessionNotice) {
    switch notice {
    case .began(let input, let frames):
      progress.withLock { $0 = ProgressLine(shown(input), total: frames, quiet: quiet) }
    case .frameDone: progress.withLock { $0?.step() }
    case .ended: progress.withLock { $0?.end() }
    default: if !quiet || notice.isUrgent, let line = notice.line { Terminal.printToStandardError("\(line)\n") }
    }
  }
}
