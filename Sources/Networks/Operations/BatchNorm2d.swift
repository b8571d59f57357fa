/// Batch normalisation by channel, as `torch.nn.BatchNorm2d` (and `BatchNorm1d` on a vector), in evaluation:
/// `(x - running_mean) / sqrt(running_var + eps) * weight + bias`.
///
/// Input and output NHWC of the same shape; may work in place. All parameters are vectors of `channels`.
public struct BatchNorm2d: Operation {
  public static let name = "batch_norm2d"
  /// Channels of the input.
  public var channels: Int
  /// Added to the variance.
  public var eps: Float
  /// Share of a new batch in the running statistics while training.
  public var momentum: Float

  /// A normalisation of `input`'s channels.
  public init(_ input: Value, eps: Float = 1e-5, momentum: Float = 0.1) {
    channels = input.shape.channels
    self.eps = eps
    self.momentum = momentum
  }

  public var parameters: [ParameterSpec] {
    [
      ParameterSpec("weight", [channels], .bias),
      ParameterSpec("bias", [channels], .bias),
      ParameterSpec("running_mean", [channels], .buffer),
      ParameterSpec("running_var", [channels], .buffer),
    ]
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 1, inputs[0].channels == channels else {
      throw unfit(inputs, "takes one input of \(channels) channels")
    }
    return inputs[0]
  }

  public func reference(_ io: ForwardIO) {
    let (weight, bias) = (io.parameters[0].elements, io.parameters[1].elements)
    let (mean, variance) = (io.parameters[2].elements, io.parameters[3].elements)
    io.forEachOutputPixel { n, row, column, y in
      let x = io.inputs[0].pixel(n, row, column)
      for c in 0..<channels {
        y[c] = (x[c] - mean[c]) / (variance[c] + eps).squareRoot() * weight[c] + bias[c]
      }
    }
  }
}
