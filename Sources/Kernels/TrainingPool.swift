/// `y = max(y, x)` over `count` floats.
public func takeMaximum(_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int) {
  let whole = count & ~7
  for c in stride(from: 0, to: whole, by: 8) {
    let (a, b) = (y.lanes(c), x.lanes(c))
    y.put(c, a.replacing(with: b, where: b .> a))
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
    let hit = x.lanes(c) .== y.lanes(c)
    let g = rest.lanes(c)
    dx.put(c, dx.lanes(c) + Lanes().replacing(with: g, where: hit))
    rest.put(c, g.replacing(with: Lanes(), where: hit))
  }
  for c in whole..<count where x[c] == y[c] {
    dx[c] += rest[c]
    rest[c] = 0
  }
}

/// `y += x * factor` over `count` floats.
public func addScaled(_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ factor: Float, _ count: Int) {
  let whole = count & ~7
  let factors = Lanes(repeating: factor)
  for c in stride(from: 0, to: whole, by: 8) { y.put(c, y.lanes(c).addingProduct(x.lanes(c), factors)) }
  for c in whole..<count { y[c] += x[c] * factor }
}
