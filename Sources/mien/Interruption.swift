import Core
import Glibc
import Synchronization

/// SIGINT, SIGTERM and SIGHUP as a request to stop. A second signal ends the program at once, but for SIGHUP, of which a
/// terminal that closes sends several.
///
/// The signal handler wakes a thread, and what is to be done runs there, as ordinary code. (Blocking the signals and
/// waiting for them is not enough: libraries start threads of their own before `main`, which would take them and die.)
enum Interruption {
  private static let handlers = Mutex<[@Sendable () -> Void]>([])
  private static let started = Atomic<Bool>(false)
  /// The first signal that came; 0: none.
  private static let first = Atomic<Int32>(0)

  /// Whether it was SIGTERM, by which services are ended.
  static var isTermination: Bool { first.load(ordering: .relaxed) == SIGTERM }

  private static let numbers = [SIGINT, SIGTERM, SIGHUP]
  /// Posted by the signal handler. Made once, never freed, and used by calls that may be made from anywhere.
  nonisolated(unsafe) private static let wake: UnsafeMutablePointer<sem_t> = {
    let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
    return semaphore
  }()

  /// Runs `handler` on the first signal.
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

  private static func startWaiting() {
    var thread = pthread_t()
    _ = wake
    unblock()
    pthread_create(&thread, nil, { _ in Interruption.wait() }, nil)
    pthread_detach(thread)
    for number in numbers where !isUnwanted(number) {
      signal(number) { number in
        _ = Interruption.first.compareExchange(expected: 0, desired: number, ordering: .relaxed)
        sem_post(Interruption.wake)
        signal(number, number == SIGHUP ? SIG_IGN : SIG_DFL)
      }
    }
  }

  /// `nohup` has the hang-up ignored.
  private static func isUnwanted(_ number: Int32) -> Bool {
    var action = sigaction()
    guard number == SIGHUP, sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// A parent may have left the signals blocked.
  private static func unblock() {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  private static func wait() -> UnsafeMutableRawPointer? {
    while sem_wait(wake) != 0 {}
    // Whoever reads may go with the terminal: what is left is to be written all the same.
    signal(SIGPIPE, SIG_IGN)
    StopRequest.make()
    for handler in handlers.withLock({ $0 }) { handler() }
    return nil
  }
}
