import CV4L2
import Glibc
import Synchronization

/// Ends a wait on descriptors from another thread, for good.
final class Waker: Sendable {
  /// Readable once awake.
  let descriptor: Int32
  private let awake = Atomic<Bool>(false)

  init() {
    descriptor = V4LMakeWaker()
    precondition(descriptor >= 0, "the system refuses another descriptor")
  }

  deinit { close(descriptor) }

  /// Whether `wake` was called.
  var isAwake: Bool { awake.load(ordering: .acquiring) }

  /// Ends every wait, those to come too. Any thread.
  func wake() {
    awake.store(true, ordering: .releasing)
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Returns after `seconds` or when woken.
  func pause(_ seconds: Double) { _ = wait(for: nil, 0, seconds) }

  /// What a wait ended with.
  enum Wait {
    /// Something is there to take.
    case ready
    /// The device reports an error or its end.
    case troubled
    case late
    case woken
  }

  /// Waits until `events` come on `device`, for at most `seconds`.
  func wait(for device: Int32?, _ events: Int32, _ seconds: Double) -> Wait {
    withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { entries in
      entries.initializeElement(at: 0, to: pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
      entries.initializeElement(at: 1, to: pollfd(fd: device ?? -1, events: Int16(events), revents: 0))
      let count = poll(entries.baseAddress, 2, Int32((seconds * 1000).rounded(.up)))
      if isAwake || entries[0].revents != 0 { return .woken }
      guard count > 0 else { return .late }
      return Int32(entries[1].revents) & (POLLERR | POLLHUP | POLLNVAL) != 0 ? .troubled : .ready
    }
  }
}
