import Kernels

/// Normalisation of each pixel by the mean and variance of its channels, then a trained scale and shift by channel, as
/// `torch.nn.LayerNorm` over the last axis of NHWC (what ConvNeXt calls `LayerNorm2d`).
///
/// Input and output NHWC of the same shape; `weight` and `bias` have `channels` elements.
public struct LayerNorm: Operation {
  public static let name = "layer_norm"
  /// Channels of the input.
  public var channels: Int
  /// Added to the variance.
  public var eps: Float

  /// A normalisation of the pixels of `input`.
  public init(_ input: Value, eps: Float = 1e-5) {
    channels = input.shape.channels
    self.eps = eps
  }

  public var parameters: [ParameterSpec] {
    [ParameterSpec("weight", [channels], .bias), ParameterSpec("bias", [channels], .bias)]
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let shape = try onlyInput(inputs)
    guard shape.channels == channels else { throw unfit(inputs, "takes \(channels) channels") }
    return shape
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (shape, weight, bias) = (request.output, request.parameters[0], request.parameters[1])
    return RowKernel("layer-norm", request) { rows, call in
      let x = call.input(0, shape)
      call.forEachPixel(rows, shape) { n, row, column, y in
        normalise(
          x.pixel(n, row, column), y, count: shape.channels, weight: UnsafePointer(weight.elements.baseAddress!),
          bias: UnsafePointer(bias.elements.baseAddress!), eps: self.eps)
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let (weight, bias) = (io.parameters[0].elements, io.parameters[1].elements)
    io.forEachOutputPixel { n, row, column, y in
      let x = io.inputs[0].pixel(n, row, column)
      let (mean, scale) = statistics(x)
      for c in 0..<channels { y[c] = Float((Double(x[c]) - mean) * scale) * weight[c] + bias[c] }
    }
  }

  /// Mean, and one by the deviation, of the pixel at `x`.
  func statistics(_ x: UnsafePointer<Float>) -> (mean: Double, scale: Double) {
    let mean = (0..<channels).reduce(0.0) { $0 + Double(x[$1]) } / Double(channels)
    let squares = (0..<channels).reduce(0.0) { $0 + (Double(x[$1]) - mean) * (Double(x[$1]) - mean) }
    return (mean, 1 / (squares / Double(channels) + Double(eps)).squareRoot())
  }
}
