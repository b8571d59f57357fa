import Core
import Sessions

/// Runs sessions for a terminal: signals stop them, and what they have to say becomes sentences on standard error.
final class SessionHost: Sendable {
  private let quiet: Bool
  /// Of each input under way.
  private let progress = Locked<[String: ProgressLine]>([:])

  /// - Parameter quiet: says what failed, and what is waited for, alone.
  init(quiet: Bool) { self.quiet = quiet }

  /// What sessions are given.
  var context: SessionContext {
    var context = SessionContext(cancellation: Interruption.cancellation()) { [self] in take($0) }
    context.sentence = { mien.sentence(for: $0) }
    return context
  }

  private func take(_ notice: SessionNotice) {
    switch notice {
    case .began(let input, let frames):
      progress.withLock { $0[input] = ProgressLine(shown(input), total: frames, quiet: quiet) }
    case .frameDone(let input):
      // One line of the terminal shows one input.
      progress.withLock { $0[input]?.step(isShown: $0.count == 1) }
    case .ended(let input): progress.withLock { $0.removeValue(forKey: input)?.end() }
    default: if !quiet || notice.isUrgent, let line = notice.line { Terminal.printToStandardError("\(line)\n") }
    }
  }
}
