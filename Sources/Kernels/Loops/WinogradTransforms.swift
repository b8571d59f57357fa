/// The one-dimensional transforms of a Winograd convolution F(m, 3) after Lavin and Gray (2016), for a vector of channels at
/// once. Sources and targets are `step` floats apart from element to element.
protocol WinogradTransform: Sendable {
  /// Outputs of a tile in each direction.
  static var outputs: Int { get }
  /// m + 2 inputs to m + 2 transformed ones (B transposed).
  static func input<V: FloatVector>(
    _: V.Type, _ source: UnsafePointer<Float>, _ step: Int, _ target: UnsafeMutablePointer<Float>, _ targetStep: Int)
  /// m + 2 products to m outputs (A transposed).
  static func output<V: FloatVector>(
    _: V.Type, _ source: UnsafePointer<Float>, _ step: Int, _ target: UnsafeMutablePointer<Float>, _ targetStep: Int)
  /// m gradients by outputs to m + 2 gradients by products (A): what training needs besides.
  static func gradient<V: FloatVector>(
    _: V.Type, _ source: UnsafePointer<Float>, _ step: Int, _ target: UnsafeMutablePointer<Float>, _ targetStep: Int)
  /// Three kernelPositions to m + 2 transformed ones (G).
  static func weights<V: FloatVector>(
    _: V.Type, _ source: UnsafePointer<Float>, _ step: Int, _ target: UnsafeMutablePointer<Float>, _ targetStep: Int)
}

/// F(2, 3): interpolation points 0, 1, -1.
enum Winograd2: WinogradTransform {
  static let outputs = 2

  @inline(__always)
  static func input<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (d0, d1, d2, d3) = (x.load(V.self), x.load(V.self, s), x.load(V.self, 2 * s), x.load(V.self, 3 * s))
    y.store(d0 - d2)
    y.store(d1 + d2, t)
    y.store(d2 - d1, 2 * t)
    y.store(d3 - d1, 3 * t)
  }

  @inline(__always)
  static func weights<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (g0, g1, g2) = (x.load(V.self), x.load(V.self, s), x.load(V.self, 2 * s))
    y.store(g0)
    let (even1, odd1) = ((g0 + g2) * V(repeating: 0.5), g1 * V(repeating: 0.5))
    y.store(even1 + odd1, t)
    y.store(even1 - odd1, 2 * t)
    y.store(g2, 3 * t)
  }

  @inline(__always)
  static func output<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (m0, m1, m2, m3) = (x.load(V.self), x.load(V.self, s), x.load(V.self, 2 * s), x.load(V.self, 3 * s))
    y.store(m0 + (m1 + m2))
    y.store((m1 - m2) + m3, t)
  }

  @inline(__always)
  static func gradient<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (g0, g1) = (x.load(V.self), x.load(V.self, s))
    y.store(g0)
    y.store(g0 + g1, t)
    y.store(g0 - g1, 2 * t)
    y.store(g1, 3 * t)
  }
}

/// F(4, 3): interpolation points 0, 1, -1, 2, -2.
enum Winograd4: WinogradTransform {
  static let outputs = 4

  @inline(__always)
  static func input<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (d0, d1, d2) = (x.load(V.self), x.load(V.self, s), x.load(V.self, 2 * s))
    let (d3, d4, d5) = (x.load(V.self, 3 * s), x.load(V.self, 4 * s), x.load(V.self, 5 * s))
    let (four, five, two) = (V(repeating: 4), V(repeating: -5), V(repeating: 2))
    let minusFour = V(repeating: -4)
    let even = d4.addingProduct(d2, minusFour)
    let odd = d3.addingProduct(d1, minusFour)
    let near = d4 - d2
    let far = two * (d3 - d1)
    y.store(d4.addingProduct(d0, four).addingProduct(d2, five))
    y.store(even + odd, t)
    y.store(even - odd, 2 * t)
    y.store(near + far, 3 * t)
    y.store(near - far, 4 * t)
    y.store(d5.addingProduct(d1, four).addingProduct(d3, five), 5 * t)
  }

  @inline(__always)
  static func weights<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (g0, g1, g2) = (x.load(V.self), x.load(V.self, s), x.load(V.self, 2 * s))
    y.store(g0 * V(repeating: 0.25))
    let (even1, odd1) = ((g0 + g2) * V(repeating: -1.0 / 6), g1 * V(repeating: -1.0 / 6))
    y.store(even1 + odd1, t)
    y.store(even1 - odd1, 2 * t)
    let (even2, odd2) = (
      (g0 * V(repeating: 1.0 / 24)).addingProduct(g2, V(repeating: 1.0 / 6)), g1 * V(repeating: 1.0 / 12)
    )
    y.store(even2 + odd2, 3 * t)
    y.store(even2 - odd2, 4 * t)
    y.store(g2, 5 * t)
  }

  @inline(__always)
  static func output<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (m1, m2, m3, m4) = (x.load(V.self, s), x.load(V.self, 2 * s), x.load(V.self, 3 * s), x.load(V.self, 4 * s))
    let (sum1, difference1) = (m1 + m2, m1 - m2)
    let (sum2, difference2) = (m3 + m4, m3 - m4)
    y.store(x.load(V.self) + sum1 + sum2)
    y.store(difference1.addingProduct(difference2, V(repeating: 2)), t)
    y.store(sum1.addingProduct(sum2, V(repeating: 4)), 2 * t)
    y.store(difference1.addingProduct(difference2, V(repeating: 8)) + x.load(V.self, 5 * s), 3 * t)
  }

  @inline(__always)
  static func gradient<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (g0, g1, g2, g3) = (x.load(V.self), x.load(V.self, s), x.load(V.self, 2 * s), x.load(V.self, 3 * s))
    let (even1, odd1) = (g0 + g2, g1 + g3)
    let even2 = g0.addingProduct(g2, V(repeating: 4))
    let odd2 = (g1 * V(repeating: 2)).addingProduct(g3, V(repeating: 8))
    y.store(g0)
    y.store(even1 + odd1, t)
    y.store(even1 - odd1, 2 * t)
    y.store(even2 + odd2, 3 * t)
    y.store(even2 - odd2, 4 * t)
    y.store(g3, 5 * t)
  }
}

/// F(6, 3): interpolation points 0, 1, -1, 2, -2, 1/2, -1/2.
enum Winograd6: WinogradTransform {
  static let outputs = 6

  @inline(__always)
  static func input<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (d1, d2, d3) = (x.load(V.self, s), x.load(V.self, 2 * s), x.load(V.self, 3 * s))
    let (d4, d5, d6) = (x.load(V.self, 4 * s), x.load(V.self, 5 * s), x.load(V.self, 6 * s))
    let high = V(repeating: 5.25)
    y.store((x.load(V.self) - d6).addingProduct(d4 - d2, high))
    let even1 = (d2 + d6).addingProduct(d4, V(repeating: -4.25))
    let odd1 = (d1 + d5).addingProduct(d3, V(repeating: -4.25))
    y.store(even1 + odd1, t)
    y.store(even1 - odd1, 2 * t)
    let even2 = d6.addingProduct(d2, V(repeating: 0.25)).addingProduct(d4, V(repeating: -1.25))
    let odd2 = (d1 * V(repeating: 0.5)).addingProduct(d3, V(repeating: -2.5)).addingProduct(d5, V(repeating: 2))
    y.store(even2 + odd2, 3 * t)
    y.store(even2 - odd2, 4 * t)
    let even3 = d6.addingProduct(d2, V(repeating: 4)).addingProduct(d4, V(repeating: -5))
    let odd3 = (d1 * V(repeating: 2)).addingProduct(d3, V(repeating: -2.5)).addingProduct(d5, V(repeating: 0.5))
    y.store(even3 + odd3, 5 * t)
    y.store(even3 - odd3, 6 * t)
    y.store((x.load(V.self, 7 * s) - d1).addingProduct(d3 - d5, high), 7 * t)
  }

  @inline(__always)
  static func weights<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (g0, g1, g2) = (x.load(V.self), x.load(V.self, s), x.load(V.self, 2 * s))
    y.store(g0)
    let (even1, odd1) = ((g0 + g2) * V(repeating: -2.0 / 9), g1 * V(repeating: -2.0 / 9))
    y.store(even1 + odd1, t)
    y.store(even1 - odd1, 2 * t)
    let (even2, odd2) = (
      (g0 * V(repeating: 1.0 / 90)).addingProduct(g2, V(repeating: 2.0 / 45)), g1 * V(repeating: 1.0 / 45)
    )
    y.store(even2 + odd2, 3 * t)
    y.store(even2 - odd2, 4 * t)
    let (even3, odd3) = (
      (g0 * V(repeating: 32.0 / 45)).addingProduct(g2, V(repeating: 8.0 / 45)), g1 * V(repeating: 16.0 / 45)
    )
    y.store(even3 + odd3, 5 * t)
    y.store(even3 - odd3, 6 * t)
    y.store(g2, 7 * t)
  }

  @inline(__always)
  static func output<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (m1, m2, m3, m4) = (x.load(V.self, s), x.load(V.self, 2 * s), x.load(V.self, 3 * s), x.load(V.self, 4 * s))
    let (m5, m6) = (x.load(V.self, 5 * s), x.load(V.self, 6 * s))
    let (sum1, sum2, sum3) = (m1 + m2, m3 + m4, m5 + m6)
    let (difference1, difference2, difference3) = (m1 - m2, m3 - m4, m5 - m6)
    y.store(x.load(V.self) + sum1 + sum2 + sum3)
    y.store(weighted(difference1, difference2, 2, difference3, 0.5), t)
    y.store(weighted(sum1, sum2, 4, sum3, 0.25), 2 * t)
    y.store(weighted(difference1, difference2, 8, difference3, 0.125), 3 * t)
    y.store(weighted(sum1, sum2, 16, sum3, 0.0625), 4 * t)
    y.store(weighted(difference1, difference2, 32, difference3, 0.03125) + x.load(V.self, 7 * s), 5 * t)
  }

  @inline(__always)
  static func gradient<V: FloatVector>(
    _: V.Type, _ x: UnsafePointer<Float>, _ s: Int, _ y: UnsafeMutablePointer<Float>, _ t: Int
  ) {
    let (g0, g1, g2) = (x.load(V.self), x.load(V.self, s), x.load(V.self, 2 * s))
    let (g3, g4, g5) = (x.load(V.self, 3 * s), x.load(V.self, 4 * s), x.load(V.self, 5 * s))
    y.store(g0)
    let (even1, odd1) = (g0 + g2 + g4, g1 + g3 + g5)
    y.store(even1 + odd1, t)
    y.store(even1 - odd1, 2 * t)
    let (even2, odd2) = (weighted(g0, g2, 4, g4, 16), weighted(g1 * V(repeating: 2), g3, 8, g5, 32))
    y.store(even2 + odd2, 3 * t)
    y.store(even2 - odd2, 4 * t)
    let (even3, odd3) = (weighted(g0, g2, 0.25, g4, 0.0625), weighted(g1 * V(repeating: 0.5), g3, 0.125, g5, 0.03125))
    y.store(even3 + odd3, 5 * t)
    y.store(even3 - odd3, 6 * t)
    y.store(g5, 7 * t)
  }

  @inline(__always)
  private static func weighted<V: FloatVector>(_ a: V, _ b: V, _ factorB: Float, _ c: V, _ factorC: Float) -> V {
    a.addingProduct(b, V(repeating: factorB)).addingProduct(c, V(repeating: factorC))
  }
}
