import Core
import Synchronization

/// Gives the frames of a recording when they are due, as a camera would. Behind time it does not hurry to catch up.
public final class PacedSource: FrameSource {
  private let source: any FrameSource
  private let clock: any Clock
  private let cancellation: Cancellation
  /// Frames a second; nil: as their times say.
  private let rate: Double?
  private let isPaused = Atomic<Bool>(false)
  private var offset: Double?
  private var given = 0

  /// Longest sleep, seconds: how soon a cancellation is noticed.
  private static let slice = 0.02
  /// So far behind time, seconds, the schedule moves.
  private static let patience = 0.1

  /// Paces `source` by its frames' times, or at `rate` frames a second.
  public init(
    _ source: any FrameSource, rate: Double? = nil, clock: any Clock = SystemClock(), cancellation: Cancellation
  ) {
    (self.source, self.rate, self.clock, self.cancellation) = (source, rate, clock, cancellation)
  }

  /// While `isOn` no frame is given. From any thread.
  public func pause(_ isOn: Bool) { isPaused.store(isOn, ordering: .relaxed) }

  public func next() throws -> (any Frame)? {
    guard let frame = try source.next() else { return nil }
    let due = rate.map { Double(given) / $0 } ?? frame.time
    given += 1
    wait(for: due)
    return frame
  }

  private func wait(for due: Double) {
    let start = clock.now()
    var offset = offset ?? start - due
    if start > offset + due + Self.patience { offset = start - due }
    while !cancellation.isCancelled {
      let now = clock.now()
      if isPaused.load(ordering: .relaxed) {
        offset = max(offset, now + Self.slice - due)
      } else if now >= offset + due {
        break
      }
      clock.sleep(until: min(offset + due, now + Self.slice))
    }
    self.offset = offset
  }
}
