/// `y[i] = function(x[i])` for `count` floats; `y` may be `x`.
public func apply(
  _ function: ActivationFunction, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int
) {
  InstructionSet.chosen.loops.apply(function, x, y, count: count)
}

/// The largest of each channel over a window; NaN where it holds one.
public func windowMaximum(_ window: PixelWindow, _ y: UnsafeMutablePointer<Float>) {
  InstructionSet.chosen.loops.windowMaximum(window, y)
}

/// The sum of each channel over a window, times `scale`.
public func windowSum(_ window: PixelWindow, scale: Float, _ y: UnsafeMutablePointer<Float>) {
  InstructionSet.chosen.loops.windowSum(window, scale: scale, y)
}

/// `y[i] = f(x[i])`, eight at a time.
@inline(__always)
func map(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int, _ f: (V8) -> V8) {
  let whole = count & ~7
  for i in stride(from: 0, to: whole, by: 8) { y.store(f(x.vector(i)), i) }
  if whole < count {
    y.storePartial(f(x.partialVector(whole, count: count - whole)), whole, count: count - whole)
  }
}

/// Lane by lane the larger; one instruction where `pointwiseMax` is a loop. NaN in `a` stays.
@inline(__always)
func maximum(_ a: V8, _ b: V8) -> V8 { a.replacing(with: b, where: a .< b) }
