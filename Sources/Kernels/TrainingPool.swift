/// `y = max(y, x)` over `count` floats.
public func takeMaximum(_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int) {
  let whole = count & ~7
  for c in stride(from: 0, to: whole, by: 8) {
    let (a, b) = (y.vector(c), x.vector(c))
    y.store(a.replacing(with: b, where: b .> a), c)
  }
  for c in whole..<count where x[c] > y[c] { y[c] = x[c] }
}

/// Where `x` is the maximum `y`, moves what is left of the gradient `rest` to `dx`: the first of equal inputs gets it all.
public func routeMaximum(
  _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ rest: UnsafeMutablePointer<Float>,
  _ dx: UnsafeMutablePointer<Float>, _ count: Int
) {
  let whole = count & ~7
  for c in stride(from: 0, to: whole, by: 8) {
    let hit = x.vector(c) .== y.vector(c)
    let g = rest.vector(c)
    dx.store(dx.vector(c) + V8().replacing(with: g, where: hit), c)
    rest.store(g.replacing(with: V8(), where: hit), c)
  }
  for c in whole..<count where x[c] == y[c] {
    dx[c] += rest[c]
    rest[c] = 0
  }
}

/// `y += x * factor` over `count` floats.
public func addScaled(_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ factor: Float, _ count: Int) {
  let whole = count & ~7
  let factors = V8(repeating: factor)
  for c in stride(from: 0, to: whole, by: 8) { y.store(y.vector(c).addingProduct(x.vector(c), factors), c) }
  for c in whole..<count { y[c] += x[c] * factor }
}
