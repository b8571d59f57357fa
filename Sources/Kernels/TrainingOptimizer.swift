/// One step of Adam or its kin over one parameter: `g = scale g + decay x`, the averages `m` and `v` of `g` and `g²` follow,
/// and `x = kept x - rate m / (√v + epsilon)`.
public struct AdamStep {
  /// What the average of gradients keeps of itself.
  public var first: Float
  /// What the average of squared gradients keeps of itself.
  public var second: Float
  /// Multiplies the gradient (clipping).
  public var scale: Float
  /// Of the value, added to the gradient.
  public var decay: Float = 0
  /// Of the value, kept.
  public var kept: Float = 1
  /// Learning rate, with both averages' corrections for their start from zero.
  public var rate: Float
  /// Nil: `m` is not divided.
  public var epsilon: Float?

  /// Without decay of any kind.
  public init(first: Float, second: Float, scale: Float, rate: Float, epsilon: Float?) {
    (self.first, self.second, self.scale, self.rate, self.epsilon) = (first, second, scale, rate, epsilon)
  }

  /// Moves `count` values and their averages along `gradient`.
  public func move(
    _ x: UnsafeMutablePointer<Float>, along gradient: UnsafePointer<Float>, _ m: UnsafeMutablePointer<Float>,
    _ v: UnsafeMutablePointer<Float>, count: Int
  ) {
    let whole = count & ~7
    for i in stride(from: 0, to: whole, by: 8) {
      let new = moved(x.vector(i), gradient.vector(i), m.vector(i), v.vector(i))
      x.store(new.x, i)
      m.store(new.m, i)
      v.store(new.v, i)
    }
    let rest = count - whole
    func part(_ from: UnsafePointer<Float>) -> V8 { from.partialVector(whole, count: rest) }
    let new = moved(part(x), part(gradient), part(m), part(v))
    x.storePartial(new.x, whole, count: rest)
    m.storePartial(new.m, whole, count: rest)
    v.storePartial(new.v, whole, count: rest)
  }

  @inline(__always)
  private func moved(_ x: V8, _ gradient: V8, _ m: V8, _ v: V8) -> (x: V8, m: V8, v: V8) {
    let g = gradient * scale + decay * x
    let m = m + (1 - first) * (g - m)
    let v = second * v + (1 - second) * g * g
    let step = epsilon.map { m / (v.squareRoot() + $0) } ?? m
    return (x * kept - rate * step, m, v)
  }
}
