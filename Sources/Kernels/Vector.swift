/// Eight floats: one AVX2 register, two NEON registers.
@usableFromInline typealias V8 = SIMD8<Float>

extension UnsafePointer where Pointee == Float {
  /// The eight floats from `index` on; any alignment.
  @inline(__always)
  func vector(_ index: Int = 0) -> V8 {
    UnsafeRawPointer(self + index).loadUnaligned(as: V8.self)
  }

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

  /// Writes eight floats from `index` on; any alignment.
  @inline(__always)
  func store(_ value: V8, _ index: Int = 0) {
    UnsafeMutableRawPointer(self + index).storeBytes(of: value, as: V8.self)
  }

  /// Writes the first `count` lanes from `index` on.
  @inline(__always)
  func storePartial(_ value: V8, _ index: Int, count: Int) {
    for lane in 0..<count { self[index + lane] = value[lane] }
  }
}

/// Lane by lane the larger; one instruction where `pointwiseMax` is a loop. NaN in `a` stays.
@inline(__always)
func maximum(_ a: V8, _ b: V8) -> V8 { a.replacing(with: b, where: a .< b) }

/// max(x, 0) with NaN kept.
@inline(__always)
func rectified(_ x: V8) -> V8 { x.replacing(with: V8.zero, where: x .< V8.zero) }

/// exp(x) within 2 units in the last place for -87 < x < 88, clamped beyond: range reduction by ln 2 in two parts and
/// the polynomial of Cephes' `expf`.
@inline(__always)
func exponential(_ x: V8) -> V8 {
  var x = x.replacing(with: V8(repeating: 88), where: x .> 88)
  x = x.replacing(with: V8(repeating: -87), where: x .< -87)
  let n = (x * 1.442_695_04).rounded(.toNearestOrEven)
  let r = (x.addingProduct(n, V8(repeating: -0.693_359_375))).addingProduct(n, V8(repeating: 2.121_944_4e-4))
  var p = V8(repeating: 1.987_569_1e-4)
  for coefficient: Float in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_66, 0.5] {
    p = V8(repeating: coefficient).addingProduct(p, r)
  }
  // Beside 1.5 * 2^23 whole numbers stand in the low bits: `SIMD8<Int32>(n)` calls a generic conversion for each lane.
  let whole = unsafeBitCast(n + 12_582_912, to: SIMD8<Int32>.self)
  let power = (whole &+ 127) &<< 23
  return (r + 1).addingProduct(p, r * r) * unsafeBitCast(power, to: V8.self)
}

/// 1 / (1 + exp(-x)).
@inline(__always)
func sigmoid(_ x: V8) -> V8 { 1 / (1 + exponential(-x)) }
