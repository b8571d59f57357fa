/// The sum of `count` floats, in eight partial sums.
public func sum(_ x: UnsafePointer<Float>, count: Int) -> Float {
  var total = V8.zero
  let whole = count & ~7
  for i in stride(from: 0, to: whole, by: 8) { total += x.vector(i) }
  return (total + x.partialVector(whole, count: count - whole)).sum()
}

/// The largest of `count` (at least one) floats.
public func largest(_ x: UnsafePointer<Float>, count: Int) -> Float {
  var best = V8(repeating: x[0])
  let whole = count & ~7
  for i in stride(from: 0, to: whole, by: 8) { best = maximum(best, x.vector(i)) }
  for i in whole..<count { best[i - whole] = max(best[i - whole], x[i]) }
  return best.max()
}

/// Softmax of `count` floats; `y` may be `x`.
public func softmax(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
  let top = V8(repeating: largest(x, count: count))
  map(x, y, count) { exponential($0 - top) }
  let scale = V8(repeating: 1 / sum(y, count: count))
  map(y, y, count) { $0 * scale }
}

/// Bilinear mean of four pixels: `across` is the share of the right ones, `down` that of the lower ones.
public func interpolate(
  _ topLeft: UnsafePointer<Float>, _ topRight: UnsafePointer<Float>, _ bottomLeft: UnsafePointer<Float>,
  _ bottomRight: UnsafePointer<Float>, across: Float, down: Float, _ y: UnsafeMutablePointer<Float>, channels: Int
) {
  let whole = channels & ~7
  let (h, v) = (V8(repeating: across), V8(repeating: down))
  for c in stride(from: 0, to: whole, by: 8) {
    let (a, b) = (topLeft.vector(c), bottomLeft.vector(c))
    let top = a.addingProduct(topRight.vector(c) - a, h)
    let bottom = b.addingProduct(bottomRight.vector(c) - b, h)
    y.store(top.addingProduct(bottom - top, v), c)
  }
  for c in whole..<channels {
    let top = topLeft[c] + (topRight[c] - topLeft[c]) * across
    let bottom = bottomLeft[c] + (bottomRight[c] - bottomLeft[c]) * across
    y[c] = top + (bottom - top) * down
  }
}
