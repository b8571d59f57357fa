/// Times of a camera's frames: the driver's where they can be believed, else those of arrival. The first frame is
/// at 0, and none is before the one before it.
struct CaptureClock {
  private var origin: Double?
  private var last = -1e-6

  /// Seconds since the first frame of one stamped `stamp` that came at `arrival`, both on the monotonic clock.
  /// A stamp of the future or from more than a second ago is a driver's mistake.
  mutating func time(stamp: Double?, arrival: Double) -> Double {
    let isCredible = stamp.map { $0 > arrival - 1 && $0 < arrival + 0.05 } ?? false
    let moment = isCredible ? stamp! : arrival
    let begin = origin ?? moment
    origin = begin
    last = max(moment - begin, last + 1e-6)
    return last
  }

  /// The monotonic clock's time of the first frame.
  var start: Double { origin ?? 0 }
}

/// Counts the frames that a driver had no buffer for, by the gaps in its numbers.
struct SequenceCounter {
  private var last: UInt32?

  /// A stream starts: its numbers begin anew.
  mutating func restart() { last = nil }

  /// How many frames are missing between `sequence` and the number before; numbers wrap, and those that stand still or
  /// go back say nothing.
  mutating func missing(before sequence: UInt32) -> Int {
    defer { last = sequence }
    guard let last else { return 0 }
    let step = sequence &- last
    return step == 0 || step > 1 << 20 ? 0 : Int(step) - 1
  }
}
