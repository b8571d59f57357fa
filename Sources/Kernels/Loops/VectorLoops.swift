public import KernelTypes

/// The inner loops with vectors as wide as the module is built for: `Kernels` has eight floats, `WideLoops` sixteen.
///
/// `WideLoops` holds instructions that not every processor knows. All its code must stay in functions of its own: where it shares a
/// function with other modules (a generic one of the standard library, say), the linker keeps either's copy. A test asks.
public enum VectorLoops: InnerLoops {
  public static var lanes: Int { Vector.lanes }
  public static var tileRows: Int { lanes == 16 ? 8 : 6 }

  /// Calls `body` with the first float of each whole vector below `count`; returns how many floats those are.
  @inline(__always)
  static func forEachVector(_ count: Int, _ body: (_ at: Int) -> Void) -> Int {
    let whole = count / lanes * lanes
    for at in stride(from: 0, to: whole, by: lanes) { body(at) }
    return whole
  }
}
