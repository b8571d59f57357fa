/// Haar-like features: up to three weighted rectangle sums, divided by the window's standard deviation.
public struct HaarFeatures: CascadeFeatures, Sendable {
  /// Twelve a node: four corners of three rectangles, as offsets from the window.
  public var corners: [Int32] = []
  /// Three a node; the third is 0 for two rectangles.
  public var weights: [Float] = []
  /// One a node: left below it.
  public var thresholds: [Float] = []
  /// Corners of the window without its border, in the plane of sums and in that of squares.
  public let frame: [Int32]
  private let area: Double

  /// Without nodes; `area` pixels lie within the `frame`, `windowArea` in the window.
  public init(frame: [Int32], area: Int, windowArea: Int) {
    largestSum = windowArea * 255
    self.frame = frame
    self.area = Double(area)
    brightest = Self.lastBelow(0.1 / Double(area)) { Double($0) * Double(area) < 0.1 }
  }

  /// The largest number that `isBelow`, which changes near `guess`.
  private static func lastBelow(_ guess: Double, _ isBelow: (Float) -> Bool) -> Float {
    var value = Float(guess).nextUp.nextUp
    while !isBelow(value) { value = value.nextDown }
    return value
  }

  /// Windows of a standard deviation below 10 grey values are too even to be looked at: their light is above this.
  let brightest: Float
  private let largestSum: Int

  @inline(__always) private func sum(_ p: UnsafePointer<Int32>, _ c: UnsafePointer<Int32>) -> Int32 {
    p[Int(c[0])] &- p[Int(c[1])] &- p[Int(c[2])] &+ p[Int(c[3])]
  }

  @inline(__always) private func sum8(_ p: UnsafePointer<Int32>, _ c: UnsafePointer<Int32>)
    -> SIMD8<Int32>
  {
    p.load8(c[0]) &- p.load8(c[1]) &- p.load8(c[2]) &+ p.load8(c[3])
  }

  /// Sums over any rectangle must fit the mantissa of a float with a bit to spare.
  var isVectorisable: Bool { largestSum < 1 << 22 }

  /// 1 / (area x standard deviation).
  func fill(_ lights: UnsafeMutablePointer<Float>, from window: UnsafePointer<Int32>, count: Int) {
    let (a, b, c, d) = (
      window + Int(frame[0]), window + Int(frame[1]), window + Int(frame[2]), window + Int(frame[3])
    )
    let (e, f, g, h) = (
      window + Int(frame[4]), window + Int(frame[5]), window + Int(frame[6]), window + Int(frame[7])
    )
    for i in 0..<count {
      let sum = Double(a[i] &- b[i] &- c[i] &+ d[i])
      let squares = Double(UInt32(bitPattern: e[i] &- f[i] &- g[i] &+ h[i]))
      lights[i] = Float(1 / (area * squares - sum * sum).squareRoot())
    }
  }

  @inline(__always) func isLeft(_ node: Int, at window: UnsafePointer<Int32>, _ light: Float)
    -> Bool
  {
    corners.withUnsafeBufferPointer { corners in
      weights.withUnsafeBufferPointer { weights in
        let (c, w) = (corners.baseAddress! + node * 12, weights.baseAddress! + node * 3)
        var value = w[0] * Float(sum(window, c)) + w[1] * Float(sum(window, c + 4))
        if w[2] != 0 { value += w[2] * Float(sum(window, c + 8)) }
        return value * light < thresholds[node]
      }
    }
  }

  @inline(__always) func isLeft8(
    _ node: Int, at window: UnsafePointer<Int32>, _ light: SIMD8<Float>
  ) -> SIMDMask<SIMD8<Int32>> {
    corners.withUnsafeBufferPointer { corners in
      weights.withUnsafeBufferPointer { weights in
        let (c, w) = (corners.baseAddress! + node * 12, weights.baseAddress! + node * 3)
        var value = w[0] * sum8(window, c).smallFloats + w[1] * sum8(window, c + 4).smallFloats
        if w[2] != 0 { value += w[2] * sum8(window, c + 8).smallFloats }
        return value * light .< thresholds[node]
      }
    }
  }
}
