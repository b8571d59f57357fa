import Synchronization

/// Asks a running job to stop: set from a signal handler or another thread, looked at between frames.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Not cancelled.
  public init() {}

  /// Whether the job should stop.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// Asks to stop. Safe in a signal handler: one atomic store.
  public func cancel() { flag.store(true, ordering: .relaxed) }
}
