/// What two numbers become.
public enum BinaryFunction: Sendable {
  /// a + b
  case add
  /// a * b
  case multiply
}

/// `y[i] = function(a[i] op b[i])`; `y` may be `a` or `b`.
public func combine(
  _ operation: BinaryFunction, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
  count: Int, _ function: ActivationFunction = .identity
) {
  switch operation {
  case .add: zip(a, b, y, count, +)
  case .multiply: zip(a, b, y, count, *)
  }
  if function != .identity { apply(function, y, y, count: count) }
}

/// `y[i] = function(a[i] op b)`; `y` may be `a`.
public func combine(
  _ operation: BinaryFunction, _ a: UnsafePointer<Float>, scalar b: Float, _ y: UnsafeMutablePointer<Float>,
  count: Int, _ function: ActivationFunction = .identity
) {
  let b = V8(repeating: b)
  switch operation {
  case .add: map(a, y, count) { $0 + b }
  case .multiply: map(a, y, count) { $0 * b }
  }
  if function != .identity { apply(function, y, y, count: count) }
}

/// `y = function(x * scale + shift)` for `pixels` pixels; one scale and one shift a channel. `y` may be `x`.
public func affine(
  _ x: UnsafePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
  _ y: UnsafeMutablePointer<Float>, pixels: Int, channels: Int, _ function: ActivationFunction
) {
  for pixel in 0..<pixels {
    let (x, y) = (x + pixel * channels, y + pixel * channels)
    let whole = channels & ~7
    for c in stride(from: 0, to: whole, by: 8) {
      y.store(applied(function, shift.vector(c).addingProduct(x.vector(c), scale.vector(c))), c)
    }
    if whole < channels {
      let count = channels - whole
      let scaled = x.partialVector(whole, count: count) * scale.partialVector(whole, count: count)
      y.storePartial(applied(function, scaled + shift.partialVector(whole, count: count)), whole, count: count)
    }
  }
}

@inline(__always)
private func zip(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int,
  _ f: (V8, V8) -> V8
) {
  let whole = count & ~7
  for i in stride(from: 0, to: whole, by: 8) { y.store(f(a.vector(i), b.vector(i)), i) }
  if whole < count {
    let rest = count - whole
    y.storePartial(f(a.partialVector(whole, count: rest), b.partialVector(whole, count: rest)), whole, count: rest)
  }
}
