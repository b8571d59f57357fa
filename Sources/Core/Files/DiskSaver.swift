import Dispatch
import Glibc
import Synchronization

/// Brings a growing file to the disk about once a second, on a thread of its own: a slow disk holds nobody up.
struct DiskSaver {
  /// Whether one is under way.
  private final class State: Sendable { let isBusy = Atomic<Bool>(false) }

  private static let queue = DispatchQueue(label: "mien.disk")
  private let state = State()
  private var last = DiskSaver.now()

  /// Seconds between two.
  private static let pace = 1.0

  mutating func save(_ descriptor: Int32) {
    let now = DiskSaver.now()
    guard now - last >= DiskSaver.pace, !state.isBusy.exchange(true, ordering: .relaxed) else { return }
    last = now
    let (copy, state) = (fcntl(descriptor, F_DUPFD_CLOEXEC, 0), self.state)
    DiskSaver.queue.async {
      fdatasync(copy)
      close(copy)
      state.isBusy.store(false, ordering: .relaxed)
    }
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
