import CCPU
import KernelTypes

/// Eight floats: one AVX2 register, two NEON registers.
@usableFromInline typealias V8 = SIMD8<Float>

// Vectors of the width that this build is for.
#if WIDE
  typealias Vector = SIMD16<Float>
#else
  typealias Vector = SIMD8<Float>
#endif

/// What loops ask of vectors. Each requirement is met by the concrete type's own operation: the standard library's generic ones
/// work lane by lane.
protocol FloatVector: Sendable {
  /// Floats.
  static var lanes: Int { get }
  init(repeating: Float)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  mutating func addProduct(_ a: Self, _ b: Self)
  func addingProduct(_ a: Self, _ b: Self) -> Self
  /// max(x, 0) with NaN kept.
  var rectified: Self { get }
  /// Lane by lane the larger, `other`'s NaN taken.
  func larger(_ other: Self) -> Self
  /// Within `low` and `high`, NaN kept.
  func clamped(_ low: Float, _ high: Float) -> Self
  /// To the nearest whole numbers, ties to even.
  var nearest: Self { get }
  /// Two to the power of whole numbers below 128.
  var powerOfTwo: Self { get }
}

extension SIMD8: FloatVector where Scalar == Float {
  static var lanes: Int { 8 }

  @inline(__always)
  var rectified: Self { replacing(with: Self.zero, where: self .< Self.zero) }

  @inline(__always)
  func larger(_ other: Self) -> Self { replacing(with: other, where: (self .< other) .| (other .!= other)) }

  @inline(__always)
  func clamped(_ low: Float, _ high: Float) -> Self {
    let below = replacing(with: Self(repeating: high), where: self .> Self(repeating: high))
    return below.replacing(with: Self(repeating: low), where: below .< Self(repeating: low))
  }

  @inline(__always)
  var nearest: Self { rounded(.toNearestOrEven) }

  // Beside 1.5 * 2^23 whole numbers stand in the low bits: `SIMD8<Int32>(n)` calls a generic conversion for each lane.
  @inline(__always)
  var powerOfTwo: Self {
    let whole = unsafeBitCast(self + Self(repeating: 12_582_912), to: SIMD8<Int32>.self)
    return unsafeBitCast((whole &+ SIMD8<Int32>(repeating: 127)) &<< SIMD8<Int32>(repeating: 23), to: Self.self)
  }
}

#if WIDE
  extension SIMD16: FloatVector where Scalar == Float {
    static var lanes: Int { 16 }

    @inline(__always)
    var rectified: Self { replacing(with: Self.zero, where: self .< Self.zero) }

    @inline(__always)
    func larger(_ other: Self) -> Self { replacing(with: other, where: (self .< other) .| (other .!= other)) }

    @inline(__always)
    func clamped(_ low: Float, _ high: Float) -> Self {
      let below = replacing(with: Self(repeating: high), where: self .> Self(repeating: high))
      return below.replacing(with: Self(repeating: low), where: below .< Self(repeating: low))
    }

    @inline(__always)
    var nearest: Self { rounded(.toNearestOrEven) }

    @inline(__always)
    var powerOfTwo: Self {
      let whole = unsafeBitCast(self + Self(repeating: 12_582_912), to: SIMD16<Int32>.self)
      return unsafeBitCast((whole &+ SIMD16<Int32>(repeating: 127)) &<< SIMD16<Int32>(repeating: 23), to: Self.self)
    }
  }
#endif

extension UnsafePointer where Pointee == Float {
  /// The floats from `index` on; any alignment.
  @inline(__always)
  func load<V: FloatVector>(_: V.Type, _ index: Int = 0) -> V {
    UnsafeRawPointer(self + index).loadUnaligned(as: V.self)
  }

  /// The eight floats from `index` on; any alignment.
  @inline(__always)
  func vector(_ index: Int = 0) -> V8 { load(V8.self, index) }

  /// The first `count` (below eight) floats from `index` on, then zeros.
  @inline(__always)
  func partialVector(_ index: Int, count: Int) -> V8 {
    var result = V8.zero
    for lane in 0..<count { result[lane] = self[index + lane] }
    return result
  }
}

extension UnsafeMutablePointer where Pointee == Float {
  /// The eight floats from `index` on; any alignment.
  @inline(__always)
  func vector(_ index: Int = 0) -> V8 { UnsafePointer(self).vector(index) }

  /// Writes a vector from `index` on; any alignment.
  @inline(__always)
  func store<V: FloatVector>(_ value: V, _ index: Int = 0) {
    UnsafeMutableRawPointer(self + index).storeBytes(of: value, as: V.self)
  }

  /// Writes the first `count` lanes from `index` on.
  @inline(__always)
  func storePartial(_ value: V8, _ index: Int, count: Int) {
    for lane in 0..<count { self[index + lane] = value[lane] }
  }
}

/// Asks for `floats` floats a page on: a processor's own prefetching ends at pages.
@inline(__always)
func prefetchAhead(_ address: UnsafePointer<Float>, floats: Int) {
  for line in stride(from: 0, to: floats, by: 16) { mien_prefetch(address + 1024 + line) }
}

/// exp(x) within 2 units in the last place for -87 < x < 88, clamped beyond: range reduction by ln 2 in two parts and
/// the polynomial of Cephes' `expf`.
@inline(__always)
func exponential<V: FloatVector>(_ x: V) -> V {
  let x = x.clamped(-87, 88)
  let n = (x * V(repeating: 1.442_695_04)).nearest
  let r = x.addingProduct(n, V(repeating: -0.693_359_375)).addingProduct(n, V(repeating: 2.121_944_4e-4))
  var p = V(repeating: 1.398_199_9e-3).addingProduct(V(repeating: 1.987_569_1e-4), r)
  p = V(repeating: 8.333_452e-3).addingProduct(p, r)
  p = V(repeating: 4.166_579_6e-2).addingProduct(p, r)
  p = V(repeating: 0.166_666_66).addingProduct(p, r)
  p = V(repeating: 0.5).addingProduct(p, r)
  return (r + V(repeating: 1)).addingProduct(p, r * r) * n.powerOfTwo
}

/// 1 / (1 + exp(-x)).
@inline(__always)
func sigmoid<V: FloatVector>(_ x: V) -> V {
  V(repeating: 1) / (V(repeating: 1) + exponential(V(repeating: -0.0) - x))
}

/// `function(x)`, for loops that branch anyway. Exponentials are called, so that such loops stay short.
@inline(__always)
func applied<V: FloatVector>(_ function: ActivationFunction, _ x: V) -> V {
  switch function {
  case .identity: x
  case .relu: x.rectified
  case .silu: x * calledSigmoid(x)
  case .sigmoid: calledSigmoid(x)
  }
}

@inline(never)
private func calledSigmoid<V: FloatVector>(_ x: V) -> V { sigmoid(x) }
