import Synchronization

/// Asks a running job to stop, from any thread; looked at between frames. Not for signal handlers, which may take no lock.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)
  private let handlers = Mutex<[@Sendable () -> Void]>([])

  /// Not cancelled.
  public init() {}

  /// Whether the job should stop.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// Asks to stop, and runs what was to be run then, on this thread.
  public func cancel() {
    flag.store(true, ordering: .relaxed)
    for handler in takeHandlers() { handler() }
  }

  /// Has `handler` run once it is cancelled: on the thread that cancels it, or now where that was done already.
  public func onCancel(_ handler: @escaping @Sendable () -> Void) {
    handlers.withLock { $0.append(handler) }
    if isCancelled { for handler in takeHandlers() { handler() } }
  }

  /// Each is run once, whoever comes first.
  private func takeHandlers() -> [@Sendable () -> Void] {
    handlers.withLock { all in
      defer { all = [] }
      return all
    }
  }
}
