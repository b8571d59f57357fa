import Foundation

// Functions of each element that networks of other makes have, and norms of one pixel. `y` may be `x`.

/// `x`, or `alpha * (exp(x) - 1)` where it is negative.
public func elu(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int, alpha: Float) {
  map(x, y, count) { v in v.replacing(with: (exponential(v) - 1) * alpha, where: v .< 0) }
}

/// `x`, or `slope * x` where it is negative.
public func leaky(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int, slope: Float) {
  map(x, y, count) { v in v.replacing(with: v * slope, where: v .< 0) }
}

/// `x`, or `slopes[i] * x` where it is negative.
public func leaky(
  _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int, slopes: UnsafePointer<Float>
) {
  for i in 0..<count { y[i] = x[i] < 0 ? x[i] * slopes[i] : x[i] }
}

/// `x` kept from `low` to `high`; NaN stays.
public func clamp(
  _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int, _ low: Float, _ high: Float
) {
  let (low, high) = (V8(repeating: low), V8(repeating: high))
  map(x, y, count) { v in
    let raised = v.replacing(with: low, where: v .< low)
    return raised.replacing(with: high, where: raised .> high)
  }
}

/// `exp(x)`.
public func exponentials(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
  map(x, y, count, exponential)
}

/// `tanh(x)`, to about 1e-7.
public func hyperbolicTangent(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
  map(x, y, count, tangent)
}

/// `erf(x)`, to about 3e-7.
public func errorFunction(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
  map(x, y, count, error)
}

/// `x` times the normal distribution's share below it, exact or by the hyperbolic tangent.
public func gelu(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int, approximate: Bool) {
  if approximate {
    map(x, y, count) { v in v * 0.5 * (1 + tangent(0.797_884_56 * (v + 0.044715 * v * v * v))) }
  } else {
    map(x, y, count) { v in v * 0.5 * (1 + error(v * 0.707_106_78)) }
  }
}

/// `x` to the power of `exponent`.
public func powers(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int, _ exponent: Float) {
  switch exponent {
  case 2: map(x, y, count) { $0 * $0 }
  case 0.5: map(x, y, count) { $0.squareRoot() }
  case -1: map(x, y, count) { 1 / $0 }
  case -0.5: map(x, y, count) { 1 / $0.squareRoot() }
  default: for i in 0..<count { y[i] = pow(x[i], exponent) }
  }
}

/// `(x - mean) / sqrt(variance + eps) * weight + bias` of `count` numbers.
public func normalise(
  _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int, weight: UnsafePointer<Float>,
  bias: UnsafePointer<Float>, eps: Float
) {
  let mean = sum(x, count: count) / Float(count)
  var squares: Float = 0
  for i in 0..<count { squares += (x[i] - mean) * (x[i] - mean) }
  let scale = 1 / (squares / Float(count) + eps).squareRoot()
  for i in 0..<count { y[i] = (x[i] - mean) * scale * weight[i] + bias[i] }
}

@inline(__always)
private func tangent(_ x: V8) -> V8 { 1 - 2 / (exponential(x + x) + 1) }

/// Abramowitz and Stegun, 7.1.26.
@inline(__always)
private func error(_ x: V8) -> V8 {
  let size = x.replacing(with: -x, where: x .< 0)
  let t = 1 / (1 + 0.327_591_1 * size)
  var p = V8(repeating: 1.061_405_429)
  for coefficient: Float in [-1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592] {
    p = V8(repeating: coefficient).addingProduct(p, t)
  }
  let value = 1 - p * t * exponential(-size * size)
  return value.replacing(with: -value, where: x .< 0)
}
