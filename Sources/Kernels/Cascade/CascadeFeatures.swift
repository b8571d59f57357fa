/// The questions that a cascade's nodes ask of windows, on integral planes.
///
/// `at` is the place of a window's top left corner in plane 0; eight windows are neighbours in memory.
protocol CascadeFeatures {
  /// What is computed once a window and passed to every question.
  associatedtype Light
  associatedtype Light8

  /// The window's light; nil where it is not worth looking at (too even).
  func light(at window: UnsafePointer<Int32>) -> Light?
  /// The same for eight windows; lanes not worth looking at are not set in the mask.
  func light8(at window: UnsafePointer<Int32>) -> (Light8, SIMDMask<SIMD8<Int32>>)
  func lane(_ light: Light8, _ index: Int) -> Light
  /// Whether the answer to question `node` is left.
  func isLeft(_ node: Int, at window: UnsafePointer<Int32>, _ light: Light) -> Bool
  /// The same for eight windows.
  func isLeft8(_ node: Int, at window: UnsafePointer<Int32>, _ light: Light8) -> SIMDMask<SIMD8<Int32>>
}

extension UnsafePointer<Int32> {
  /// Eight entries from `offset`.
  @inline(__always) func load8(_ offset: Int32) -> SIMD8<Int32> {
    UnsafeRawPointer(self + Int(offset)).loadUnaligned(as: SIMD8<Int32>.self)
  }
}
