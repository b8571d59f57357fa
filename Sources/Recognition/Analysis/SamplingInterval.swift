/// Which frames of a recording are looked at; between, faces are held.
public enum SamplingInterval: Hashable, Sendable {
  /// Each n-th, from the first on.
  case frames(Int)
  /// The first of each such stretch of the source's time, in seconds.
  case seconds(Double)
}

/// Goes along with a recording and says which frames are due.
struct Sampler {
  private let interval: SamplingInterval
  private var count = 0
  private var stretch: Double?

  init(_ interval: SamplingInterval) { self.interval = interval }

  /// Whether the next frame, at `time` seconds, is to be looked at. To be asked once for each frame.
  mutating func isDue(_ time: Double) -> Bool {
    defer { count += 1 }
    switch interval {
    case .frames(let each): return count % each == 0
    case .seconds(let length):
      // A frame that misses the boundary by rounding alone is behind it.
      let now = (time / length + 1e-6).rounded(.down)
      defer { stretch = now }
      return now != stretch
    }
  }
}
