import Glibc

/// A bounded queue from one thread to another: a lock and two conditions around `QueueState`.
///
/// `@unchecked Sendable`: all state is read and written with the lock held.
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
  private var state: QueueState<Element>
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let emptied = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init(capacity: Int, policy: QueuePolicy = .lossless) {
    state = QueueState(capacity: capacity, policy: policy)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(filled, nil)
    pthread_cond_init(emptied, nil)
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
  var figures: (depth: Int, dropped: Int) { locked { ($0.count, $0.dropped) } }

  /// Hands `element` over, waiting for room under `lossless`. False once the consumer has gone.
  func push(_ element: Element) -> Bool {
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
  func pop() -> Element? {
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

  /// The producer has nothing more.
  func close() {
    locked { $0.close() }
    pthread_cond_broadcast(filled)
  }

  /// The consumer takes nothing more.
  func abandon() {
    _ = locked { $0.abandon() }
    pthread_cond_broadcast(emptied)
  }

  private func locked<Result>(_ body: (inout QueueState<Element>) -> Result) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body(&state)
  }
}
