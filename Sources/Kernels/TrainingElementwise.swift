/// Gradient of a rectifier whose output was `y`: `dx = y > 0 ? dy : 0`, stored or added (`accumulate`).
public func rectifierGradient(
  _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>, count: Int,
  accumulate: Bool
) {
  let whole = count & ~7
  for i in stride(from: 0, to: whole, by: 8) {
    let passed = V8.zero.replacing(with: dy.vector(i), where: y.vector(i) .> V8.zero)
    dx.store(accumulate ? dx.vector(i) + passed : passed, i)
  }
  for i in whole..<count {
    let passed = y[i] > 0 ? dy[i] : 0
    dx[i] = accumulate ? dx[i] + passed : passed
  }
}

/// `y[i] += a[i] * b[i]`.
public func addProducts(
  _ y: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int
) {
  let whole = count & ~7
  for i in stride(from: 0, to: whole, by: 8) { y.store(y.vector(i).addingProduct(a.vector(i), b.vector(i)), i) }
  for i in whole..<count { y[i] += a[i] * b[i] }
}

/// The sum of `a[i] * b[i]`, in eight partial sums.
public func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
  var total = V8.zero
  let whole = count & ~7
  for i in stride(from: 0, to: whole, by: 8) { total.addProduct(a.vector(i), b.vector(i)) }
  let rest = count - whole
  return (total + a.partialVector(whole, count: rest) * b.partialVector(whole, count: rest)).sum()
}
