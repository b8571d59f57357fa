import Glibc

/// A bounded queue from one thread to another: a lock and two conditions around `QueueState`.
///
/// `@unchecked Sendable`: all state is read and written with the lock held.
public final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
  private var state: QueueState<Element>
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let emptied = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// An empty queue.
  public init(capacity: Int, policy: QueuePolicy = .lossless) {
    state = QueueState(capacity: capacity, policy: policy)
    pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(filled, &attributes)
    pthread_cond_init(emptied, nil)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(filled)
    pthread_cond_destroy(emptied)
    pthread_mutex_destroy(lock)
    lock.deallocate()
    filled.deallocate()
    emptied.deallocate()
  }

  /// Elements waiting, and elements dropped so far.
  public var figures: (depth: Int, dropped: Int) { locked { ($0.count, $0.dropped) } }

  /// Hands `element` over, waiting for room under `lossless`. False once the consumer has gone.
  public func push(_ element: Element) -> Bool {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while true {
      switch state.push(element) {
      case .stored, .replaced:
        pthread_cond_signal(filled)
        return true
      case .wait: pthread_cond_wait(emptied, lock)
      case .refused: return false
      }
    }
  }

  /// The next element, waiting for it; nil once nothing follows.
  public func pop() -> Element? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while true {
      switch state.pop() {
      case .element(let element):
        pthread_cond_signal(emptied)
        return element
      case .wait: pthread_cond_wait(filled, lock)
      case .ended: return nil
      }
    }
  }

  /// The next element, waiting for it at most `seconds`; `.wait` where none came.
  public func pop(within seconds: Double) -> QueueStep<Element> {
    let deadline = monotonicTime(after: seconds)
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while true {
      let step = state.pop()
      if case .element = step { pthread_cond_signal(emptied) }
      guard case .wait = step else { return step }
      guard withUnsafePointer(to: deadline, { pthread_cond_timedwait(filled, lock, $0) }) == 0 else { return step }
    }
  }

  /// The producer has nothing more.
  public func close() {
    locked { $0.close() }
    pthread_cond_broadcast(filled)
  }

  /// Whether the producer has nothing more.
  public var isClosed: Bool { locked { $0.closed } }

  /// The consumer takes nothing more.
  public func abandon() {
    _ = locked { $0.abandon() }
    pthread_cond_broadcast(emptied)
  }

  private func locked<Result>(_ body: (inout QueueState<Element>) -> Result) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body(&state)
  }
}

/// The moment `seconds` from now, by the clock that conditions wait by.
func monotonicTime(after seconds: Double) -> timespec {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  let nanoseconds = time.tv_nsec + Int(seconds * 1e9)
  return timespec(tv_sec: time.tv_sec + nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
}
