import Kernels

/// `x * scale + shift` with constants, one for all channels or one a channel: normalisation of an input, `1 + m` of a mask.
///
/// Input and output NHWC of the same shape; may work in place.
public struct Affine: Operation {
  public static let name = "affine"
  /// Factors: one, or one a channel.
  public var scale: [Float]
  /// Terms: one, or one a channel.
  public var shift: [Float]

  /// The same constants for all channels.
  public init(scale: Float = 1, shift: Float = 0) { self.init(scale: [scale], shift: [shift]) }

  /// One factor and one term a channel (or one for all).
  public init(scale: [Float], shift: [Float]) {
    self.scale = scale
    self.shift = shift
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let shape = try onlyInput(inputs)
    guard [scale, shift].allSatisfy({ $0.count == 1 || $0.count == shape.channels }) else {
      throw unfit(inputs, "has \(scale.count) factors and \(shift.count) terms")
    }
    return shape
  }

  public var fusions: FusionSupport { .activation }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let channels = request.output.channels
    return affineKernel(request, (0..<channels).map(scale), (0..<channels).map(shift))
  }

  public func reference(_ io: ForwardIO) {
    io.forEachOutputPixel { n, row, column, y in
      let x = io.inputs[0].pixel(n, row, column)
      for c in 0..<io.outputShape.channels { y[c] = x[c] * self.scale(c) + self.shift(c) }
    }
  }

  /// The factor of channel `c`.
  func scale(_ c: Int) -> Float { scale.count == 1 ? scale[0] : scale[c] }

  /// The term of channel `c`.
  func shift(_ c: Int) -> Float { shift.count == 1 ? shift[0] : shift[c] }
}
