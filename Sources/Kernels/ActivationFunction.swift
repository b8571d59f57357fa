/// A function of one number that follows a layer.
public enum ActivationFunction: UInt8, Sendable, CaseIterable {
  /// x
  case identity
  /// max(x, 0)
  case relu
  /// x / (1 + exp(-x))
  case silu
  /// 1 / (1 + exp(-x))
  case sigmoid
}

/// `y[i] = function(x[i])` for `count` floats; `y` may be `x`.
public func apply(
  _ function: ActivationFunction, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int
) {
  switch function {
  case .identity: map(x, y, count) { $0 }
  case .relu: map(x, y, count, rectified)
  case .silu: map(x, y, count) { $0 * sigmoid($0) }
  case .sigmoid: map(x, y, count, sigmoid)
  }
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

/// `function(x)`, for loops that branch anyway. Exponentials are called, so that such loops stay short.
@inline(__always)
func applied(_ function: ActivationFunction, _ x: V8) -> V8 {
  switch function {
  case .identity: x
  case .relu: rectified(x)
  case .silu: x * calledSigmoid(x)
  case .sigmoid: calledSigmoid(x)
  }
}

@inline(never)
private func calledSigmoid(_ x: V8) -> V8 { sigmoid(x) }
