import Foundation

/// SplitMix64 (Steele, Lea and Flood, 2014), seeded from a path of numbers (seed, epoch, image): any part of a run can be
/// made again without the parts before it, which is what resuming to the bit needs.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The stream that belongs to `path`.
  public init(_ path: Int...) {
    state = 0x9E37_79B9_7F4A_7C15
    for part in path {
      state ^= UInt64(bitPattern: Int64(part))
      state = next()
    }
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in `0..<1`, with 24 random bits.
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Uniform in `-1..<1`.
  public mutating func signed() -> Float { 2 * uniform() - 1 }

  /// Uniform in `range`.
  public mutating func uniform(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Standard normal (Box and Muller, 1958).
  public mutating func normal() -> Float {
    let radius = (-2 * Foundation.log(Double(1 - uniform()))).squareRoot()
    return Float(radius * Foundation.cos(2 * Double.pi * Double(uniform())))
  }

  /// A permutation of `0..<count` (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(next() % UInt64(last + 1)))
    }
    return order
  }
}
