import Kernels

/// Normalisation of each image by the mean and variance of groups of channels over all pixels, then a trained scale and
/// shift by channel, as `torch.nn.GroupNorm`; with a group a channel it is `torch.nn.InstanceNorm2d`.
///
/// Input and output NHWC of the same shape; `weight` and `bias` have `channels` elements.
public struct GroupNorm: Operation {
  public static let name = "group_norm"
  /// Channels of the input.
  public var channels: Int
  /// Groups that they are shared out to, one after the other.
  public var groups: Int
  /// Added to the variance.
  public var eps: Float

  /// A normalisation of `input` in `groups`.
  public init(_ input: Value, groups: Int, eps: Float = 1e-5) {
    channels = input.shape.channels
    self.groups = groups
    self.eps = eps
  }

  public var parameters: [ParameterSpec] {
    [ParameterSpec("weight", [channels], .bias), ParameterSpec("bias", [channels], .bias)]
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let shape = try onlyInput(inputs)
    guard groups > 0, shape.channels == channels, channels % groups == 0 else {
      throw unfit(inputs, "takes \(channels) channels in \(groups) groups")
    }
    return shape
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    NormKernel(norm: self, weight: request.parameters[0], bias: request.parameters[1], shape: request.output)
  }

  public func reference(_ io: ForwardIO) {
    for n in 0..<io.batch {
      for group in 0..<groups {
        let at = n * io.outputShape.count
        let (mean, scale) = statistics(io.inputs[0].base + at, io.outputShape.pixels, group)
        write(
          io.inputs[0].base + at, io.output + at, io.outputShape.pixels, group, Float(mean), Float(scale),
          io.parameters)
      }
    }
  }

  var perGroup: Int { channels / groups }

  /// Mean, and one by the deviation, of a group in the image at `x`.
  func statistics(_ x: UnsafePointer<Float>, _ pixels: Int, _ group: Int) -> (mean: Double, scale: Double) {
    var (sum, squares) = (0.0, 0.0)
    forEach(pixels, group) { sum += Double(x[$0]) }
    let mean = sum / Double(pixels * perGroup)
    forEach(pixels, group) { squares += (Double(x[$0]) - mean) * (Double(x[$0]) - mean) }
    return (mean, 1 / (squares / Double(pixels * perGroup) + Double(eps)).squareRoot())
  }

  /// Calls `body` with the place of each element of a group.
  @inline(__always)
  func forEach(_ pixels: Int, _ group: Int, _ body: (Int) -> Void) {
    for pixel in 0..<pixels {
      let first = pixel * channels + group * perGroup
      for place in first..<first + perGroup { body(place) }
    }
  }

  func write(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ pixels: Int, _ group: Int, _ mean: Float,
    _ scale: Float, _ parameters: [Tensor]
  ) {
    let (weight, bias) = (parameters[0].elements, parameters[1].elements)
    forEach(pixels, group) { place in
      let c = place % channels
      y[place] = (x[place] - mean) * scale * weight[c] + bias[c]
    }
  }
}

/// A group of an image a part: sums of pairs of numbers in double precision, so that many pixels lose nothing.
private struct NormKernel: LayerKernel {
  let name = "group-norm"
  let norm: GroupNorm
  let weight, bias: Tensor
  let shape: Shape

  func parts(phase: Int, batch: Int) -> Int { batch * norm.groups }

  func run(phase: Int, part: Int, _ call: LayerCall) {
    let (image, group) = part.quotientAndRemainder(dividingBy: norm.groups)
    let (x, y) = (call.inputs[0] + image * shape.count, call.output + image * shape.count)
    let (mean, scale) = norm.statistics(x, shape.pixels, group)
    let first = group * norm.perGroup
    for pixel in 0..<shape.pixels {
      let at = pixel * norm.channels
      for c in first..<first + norm.perGroup {
        let factor = Float(scale) * weight.elements[c]
        y[at + c] = (x[at + c] - Float(mean)) * factor + bias.elements[c]
      }
    }
  }
}
