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

  /// Without nodes; `area` pixels lie within the `frame`.
  public init(frame: [Int32], area: Int) {
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
  private let brightest: Float

  @inline(__always) private func sum(_ p: UnsafePointer<Int32>, _ c: UnsafePointer<Int32>) -> Int32 {
    p[Int(c[0])] &- p[Int(c[1])] &- p[Int(c[2])] &+ p[Int(c[3])]
  }

  @inline(__always) private func sum8(_ p: UnsafePointer<Int32>, _ c: UnsafePointer<Int32>) -> SIMD8<Int32> {
    p.load8(c[0]) &- p.load8(c[1]) &- p.load8(c[2]) &+ p.load8(c[3])
  }

  /// 1 / (area x standard deviation) of the window.
  @inline(__always) func light(at window: UnsafePointer<Int32>) -> Float? {
    frame.withUnsafeBufferPointer { frame in
      let sum = Double(sum(window, frame.baseAddress!))
      let squares = Double(UInt32(bitPattern: self.sum(window, frame.baseAddress! + 4)))
      let light = Float(1 / (area * squares - sum * sum).squareRoot())
      return light <= brightest ? light : nil
    }
  }

  @inline(__always) func light8(at window: UnsafePointer<Int32>) -> (SIMD8<Float>, SIMDMask<SIMD8<Int32>>) {
    frame.withUnsafeBufferPointer { frame in
      let sum = SIMD8<Double>(sum8(window, frame.baseAddress!))
      let squares = SIMD8<Double>(SIMD8<UInt32>(truncatingIfNeeded: sum8(window, frame.baseAddress! + 4)))
      let light = SIMD8<Float>(1 / (area * squares - sum * sum).squareRoot())
      return (light, light .<= brightest)
    }
  }

  @inline(__always) func lane(_ light: SIMD8<Float>, _ index: Int) -> Float { light[index] }

  @inline(__always) func isLeft(_ node: Int, at window: UnsafePointer<Int32>, _ light: Float) -> Bool {
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
        var value = w[0] * SIMD8<Float>(sum8(window, c)) + w[1] * SIMD8<Float>(sum8(window, c + 4))
        if w[2] != 0 { value += w[2] * SIMD8<Float>(sum8(window, c + 8)) }
        return value * light .< thresholds[node]
      }
    }
  }
}
