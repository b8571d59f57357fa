import Kernels

/// Transposed convolution (the gradient of a convolution by its input), as `torch.nn.ConvTranspose2d`.
///
/// Input NHWC with `inChannels`; output NHWC with `outChannels`;
/// `weight` is in x out/groups x kernel height x kernel width, `bias` is out.
public struct ConvTranspose2d: Operation {
  public static let name = "conv_transpose2d"
  /// Channels of the input.
  public var inChannels: Int
  /// Channels of the output.
  public var outChannels: Int
  /// KernelPositions.
  public var kernel: Extent
  /// Step between the places where inputs are laid down.
  public var stride: Extent
  /// Rows and columns cut from each side of the output.
  public var padding: Extent
  /// Groups of channels that see only each other.
  public var groups: Int
  /// Whether there is a bias.
  public var hasBias: Bool

  /// A transposed convolution over `input`, whose channels it takes over.
  public init(
    _ input: Value, out: Int, kernel: Extent, stride: Extent = 1, padding: Extent = 0, groups: Int = 1,
    bias: Bool = true
  ) {
    inChannels = input.shape.channels
    outChannels = out
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.groups = groups
    hasBias = bias
  }

  public var parameters: [ParameterSpec] {
    let weight = ParameterSpec(
      "weight", [inChannels, outChannels / groups, kernel.height, kernel.width], .weight)
    return hasBias ? [weight, ParameterSpec("bias", [outChannels], .bias)] : [weight]
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard kernel.isPositive, stride.isPositive, groups > 0, outChannels > 0, padding.isNotNegative else {
      throw unfit(inputs, "needs positive sizes")
    }
    guard inputs.count == 1, inputs[0].channels == inChannels, inChannels % groups == 0, outChannels % groups == 0
    else { throw unfit(inputs, "takes one input of \(inChannels) channels in \(groups) groups") }
    let height = (inputs[0].height - 1) * stride.height - 2 * padding.height + kernel.height
    let width = (inputs[0].width - 1) * stride.width - 2 * padding.width + kernel.width
    guard height > 0, width > 0 else { throw unfit(inputs, "padding \(padding) leaves nothing") }
    return Shape(height: height, width: width, channels: outChannels)
  }

  public func macs(_ inputs: [Shape], _ output: Shape) -> Int {
    inputs[0].count * (outChannels / groups) * kernel.height * kernel.width
  }

  public var fusions: FusionSupport { .activation }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    guard stride == kernel, padding == 0, groups == 1 else {
      return ReferenceKernel(operation: self, request: request)
    }
    return TransposedKernel(self, request)
  }

  public func reference(_ io: ForwardIO) {
    io.forEachOutputPixel { n, row, column, y in
      for channel in 0..<outChannels { y[channel] = gather(io, n, row, column, channel) }
    }
  }

  /// The sum of what the inputs lay down on one output.
  private func gather(_ io: ForwardIO, _ n: Int, _ row: Int, _ column: Int, _ channel: Int) -> Float {
    let x = io.inputs[0]
    var sum: Double = hasBias ? Double(io.parameters[1].elements[channel]) : 0
    for ky in 0..<kernel.height {
      guard let iy = source(row + padding.height - ky, stride.height, x.shape.height) else { continue }
      for kx in 0..<kernel.width {
        guard let ix = source(column + padding.width - kx, stride.width, x.shape.width) else { continue }
        sum += dot(io.parameters[0], x.pixel(n, iy, ix), ky, kx, channel)
      }
    }
    return Float(sum)
  }

  private func source(_ offset: Int, _ stride: Int, _ size: Int) -> Int? {
    guard offset >= 0, offset % stride == 0, offset / stride < size else { return nil }
    return offset / stride
  }

  private func dot(
    _ weight: Tensor, _ pixel: UnsafePointer<Float>, _ ky: Int, _ kx: Int, _ channel: Int
  ) -> Double {
    let (inPerGroup, outPerGroup) = (inChannels / groups, outChannels / groups)
    let firstIn = channel / outPerGroup * inPerGroup
    var sum = 0.0
    for c in firstIn..<firstIn + inPerGroup {
      let at = ((c * outPerGroup + channel % outPerGroup) * kernel.height + ky) * kernel.width + kx
      sum += Double(pixel[c]) * Double(weight.elements[at])
    }
    return sum
  }
}

/// Windows that do not overlap, by rows of the input.
private struct TransposedKernel: LayerKernel {
  let name = "transposed"
  let end: ConvolutionEnd
  let plan: TransposedConvolution
  let input, output: Shape

  init(_ operation: ConvTranspose2d, _ request: KernelRequest) {
    (input, output) = (request.inputs[0], request.output)
    let plan = TransposedConvolution(
      input: (input.height, input.width, input.channels), outChannels: output.channels,
      kernel: (operation.kernel.height, operation.kernel.width), request.instructions)
    self.plan = plan
    end = ConvolutionEnd(request, kernel: name, floats: plan.packedFloats, refused: [], plan.pack)
  }

  func parts(phase: Int, batch: Int) -> Int { batch * input.height }

  func run(phase: Int, part: Int, _ call: LayerCall) {
    plan.run(
      call.inputs[0] + part * input.width * input.channels, packed: end.weights, end.function,
      call.output + part * (output.count / input.height))
  }
}
