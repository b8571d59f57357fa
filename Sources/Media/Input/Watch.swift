import Glibc
import Synchronization

/// Ends FFmpeg's blocking calls: when told to, or when nothing came for too long.
final class Watch: Sendable {
  private let deadline = Atomic<UInt64>(.max)
  private let isCancelled = Atomic<Bool>(false)

  /// Blocking calls may take `seconds` from now.
  func allow(_ seconds: Double) {
    deadline.store(Watch.nanoseconds() + UInt64(seconds * 1e9), ordering: .relaxed)
  }

  /// Every blocking call ends soon.
  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Waits, unless told to end.
  func pause(_ seconds: Double) {
    let end = Watch.nanoseconds() + UInt64(seconds * 1e9)
    while !wasCancelled, Watch.nanoseconds() < end { usleep(20_000) }
  }

  /// Told to end.
  var wasCancelled: Bool { isCancelled.load(ordering: .relaxed) }
  /// The time allowed is over.
  var isLate: Bool { Watch.nanoseconds() > deadline.load(ordering: .relaxed) }

  static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
