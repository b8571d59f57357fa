import Glibc
import Recognition
import Synchronization

/// SIGINT and SIGTERM as a wish to stop. A second signal ends the program at once.
///
/// The signals are blocked in every thread and waited for in one of their own, so what runs then is ordinary code.
enum Interruption {
  private static let handlers = Mutex<[@Sendable () -> Void]>([])
  private static let started = Atomic<Bool>(false)

  /// Runs `handler` on the first signal. Call before other threads start.
  static func onSignal(_ handler: @escaping @Sendable () -> Void) {
    handlers.withLock { $0.append(handler) }
    if !started.exchange(true, ordering: .relaxed) { startWaiting() }
  }

  /// A token that the first signal cancels.
  static func cancellation() -> Cancellation {
    let cancellation = Cancellation()
    onSignal { cancellation.cancel() }
    return cancellation
  }

  /// The signals, as a set.
  private static var signals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    return set
  }

  private static func startWaiting() {
    var set = signals
    pthread_sigmask(SIG_BLOCK, &set, nil)
    var thread = pthread_t()
    pthread_create(&thread, nil, { _ in Interruption.wait() }, nil)
    pthread_detach(thread)
  }

  private static func wait() -> UnsafeMutableRawPointer? {
    var set = signals
    var number: Int32 = 0
    sigwait(&set, &number)
    for handler in handlers.withLock({ $0 }) { handler() }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    while true { pause() }
  }
}
