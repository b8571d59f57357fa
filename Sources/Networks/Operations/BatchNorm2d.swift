import Kernels

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

  public var fusions: FusionSupport { .activation }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (scale, shift) = scaleAndShift(request.parameters)
    return affineKernel(request, scale, shift)
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

extension BatchNorm2d {
  /// `operation` with this normalisation in its weights; nil where it has none to take it.
  func folded(
    _ own: [Tensor], into operation: any Operation, _ parameters: [Tensor]
  ) -> (operation: any Operation, parameters: [Tensor])? {
    let biased: any Operation
    var isOutFirst = true
    switch operation {
    case var convolution as Conv2d:
      convolution.hasBias = true
      biased = convolution
    case var transposed as ConvTranspose2d where transposed.groups == 1:
      transposed.hasBias = true
      biased = transposed
      isOutFirst = false
    case var linear as Linear:
      linear.hasBias = true
      biased = linear
    default: return nil
    }
    let (scale, shift) = scaleAndShift(own)
    let bias = parameters.count > 1 ? Array(parameters[1].elements) : Array(repeating: 0, count: channels)
    let weight = Tensor(shape: parameters[0].shape)
    let each = isOutFirst ? weight.count / channels : weight.shape[2] * weight.shape[3]
    for index in 0..<weight.count {
      weight.elements[index] = parameters[0].elements[index] * scale[index / each % channels]
    }
    let moved = zip(bias, zip(scale, shift)).map { $0 * $1.0 + $1.1 }
    return (biased, [weight, Tensor(shape: [channels], moved)])
  }

  /// The normalisation as `x * scale + shift`.
  func scaleAndShift(_ own: [Tensor]) -> (scale: [Float], shift: [Float]) {
    let scale = (0..<channels).map { own[0].elements[$0] / (own[3].elements[$0] + eps).squareRoot() }
    return (scale, (0..<channels).map { own[1].elements[$0] - own[2].elements[$0] * scale[$0] })
  }
}
