/// The questions that a cascade's nodes ask of windows, on integral planes.
///
/// A window is the place of its top left corner in plane 0; neighbouring windows are neighbours in memory.
protocol CascadeFeatures {
  /// Windows with more light than this are too even to be looked at.
  var brightest: Float { get }
  /// Whether eight windows can be asked at once.
  var isVectorisable: Bool { get }
  /// Writes the light of `count` neighbouring windows: what their features are scaled by.
  func fill(_ lights: UnsafeMutablePointer<Float>, from window: UnsafePointer<Int32>, count: Int)
  /// Whether the answer to question `node` is left.
  func isLeft(_ node: Int, at window: UnsafePointer<Int32>, _ light: Float) -> Bool
  /// The same for eight windows.
  func isLeft8(_ node: Int, at window: UnsafePointer<Int32>, _ light: SIMD8<Float>) -> SIMDMask<
    SIMD8<Int32>
  >
}

extension UnsafePointer<Int32> {
  /// Eight entries from `offset`.
  @inline(__always) func load8(_ offset: Int32) -> SIMD8<Int32> {
    UnsafeRawPointer(self + Int(offset)).loadUnaligned(as: SIMD8<Int32>.self)
  }
}

extension SIMD8<Int32> {
  /// As floats, for values from -2^22 to 2^22 - 1: placed in the mantissa of 1.5 x 2^23.
  /// (The generic conversions of the standard library are not vectorised.)
  @inline(__always) var smallFloats: SIMD8<Float> {
    unsafeBitCast(self &+ 0x4B40_0000, to: SIMD8<Float>.self) - 12_582_912
  }
}
