/// Values in [-1, 1) that depend on nothing but `seed` and the place.
public func noise(_ count: Int, seed: Int, scale: Float = 1) -> [Float] {
  var state = UInt64(truncatingIfNeeded: seed &* 0x9E37_79B9 &+ 12345)
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Float(state >> 40) / 8_388_608 - 1) * scale
  }
}

/// max|a - b| over max|b|; infinite where something is not a number, or the counts differ.
public func relativeError(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
  let worst = zip(a, b).reduce(Float(0)) { $1.0.isNaN || $1.1.isNaN ? .infinity : max($0, abs($1.0 - $1.1)) }
  return a.count == b.count ? worst / b.reduce(Float.leastNormalMagnitude) { max($0, abs($1)) } : .infinity
}
