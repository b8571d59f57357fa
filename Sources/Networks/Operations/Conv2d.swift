import Kernels

/// Two-dimensional convolution (cross-correlation), zero-padded, as `torch.nn.Conv2d`.
///
/// Input NHWC with `inChannels`; output NHWC with `outChannels`;
/// `weight` is out x in/groups x kernel height x kernel width, `bias` is out.
public struct Conv2d: Operation {
  public static let name = "conv2d"
  /// Channels of the input.
  public var inChannels: Int
  /// Channels of the output.
  public var outChannels: Int
  /// KernelPositions.
  public var kernel: Extent
  /// Step between outputs.
  public var stride: Extent
  /// Rows and columns of zeros on each side.
  public var padding: Extent
  /// Step between kernelPositions.
  public var dilation: Extent
  /// Groups of channels that see only each other.
  public var groups: Int
  /// Whether there is a bias.
  public var hasBias: Bool

  /// A convolution over `input`, whose channels it takes over.
  public init(
    _ input: Value, out: Int, kernel: Extent, stride: Extent = 1, padding: Extent = 0, dilation: Extent = 1,
    groups: Int = 1, bias: Bool = true
  ) {
    self.init(
      inChannels: input.shape.channels, outChannels: out, kernel: kernel, stride: stride, padding: padding,
      dilation: dilation, groups: groups, bias: bias)
  }

  init(
    inChannels: Int, outChannels: Int, kernel: Extent, stride: Extent, padding: Extent, dilation: Extent = 1,
    groups: Int, bias: Bool = false
  ) {
    (self.inChannels, self.outChannels, self.kernel, self.stride) = (inChannels, outChannels, kernel, stride)
    (self.padding, self.dilation, self.groups, hasBias) = (padding, dilation, groups, bias)
  }

  public var parameters: [ParameterSpec] {
    let weight = ParameterSpec(
      "weight", [outChannels, inChannels / groups, kernel.height, kernel.width], .weight)
    return hasBias ? [weight, ParameterSpec("bias", [outChannels], .bias)] : [weight]
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard kernel.isPositive, stride.isPositive, dilation.isPositive, groups > 0, outChannels > 0, padding.isNotNegative
    else {
      throw unfit(inputs, "needs positive sizes")
    }
    guard inputs.count == 1, inputs[0].channels == inChannels, inChannels % groups == 0, outChannels % groups == 0
    else { throw unfit(inputs, "takes one input of \(inChannels) channels in \(groups) groups") }
    guard max(padding.height, padding.width) <= 1 << 16 else { throw unfit(inputs, "padding \(padding) is too wide") }
    let height = outputExtent(inputs[0].height, kernel.height, stride.height, padding.height, dilation.height)
    let width = outputExtent(inputs[0].width, kernel.width, stride.width, padding.width, dilation.width)
    guard height > 0, width > 0 else { throw unfit(inputs, "kernel \(kernel) does not fit") }
    return Shape(height: height, width: width, channels: outChannels)
  }

  public func macs(_ inputs: [Shape], _ output: Shape) -> Int {
    output.count * (inChannels / groups) * kernel.height * kernel.width
  }

  public var fusions: FusionSupport { [.activation, .residual] }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    ConvolutionChoice(sizes(request.inputs[0], request.output), batch: request.usual).kernel(request)
  }

  /// The sizes as the kernels take them.
  func sizes(_ input: Shape, _ output: Shape) -> ConvolutionShape {
    var shape = ConvolutionShape(
      input: (input.height, input.width, input.channels), output: (output.height, output.width, output.channels),
      kernel: (kernel.height, kernel.width))
    (shape.strideHeight, shape.strideWidth) = (stride.height, stride.width)
    (shape.paddingHeight, shape.paddingWidth) = (padding.height, padding.width)
    (shape.dilationHeight, shape.dilationWidth) = (dilation.height, dilation.width)
    shape.groups = groups
    return shape
  }

  public func reference(_ io: ForwardIO) {
    let x = io.inputs[0]
    let y = io.outputShape
    for n in 0..<io.batch {
      for row in 0..<y.height {
        for column in 0..<y.width {
          for channel in 0..<outChannels {
            let at = ((n * y.height + row) * y.width + column) * outChannels + channel
            io.output[at] = dot(io, x.base + n * x.shape.count, row, column, channel)
          }
        }
      }
    }
  }

  private func dot(
    _ io: ForwardIO, _ image: UnsafePointer<Float>, _ row: Int, _ column: Int, _ channel: Int
  ) -> Float {
    let x = io.inputs[0].shape
    let weight = io.parameters[0].elements
    let perGroup = inChannels / groups
    let firstIn = channel / (outChannels / groups) * perGroup
    var sum: Double = hasBias ? Double(io.parameters[1].elements[channel]) : 0
    for ky in 0..<kernel.height {
      let iy = row * stride.height - padding.height + ky * dilation.height
      guard iy >= 0, iy < x.height else { continue }
      for kx in 0..<kernel.width {
        let ix = column * stride.width - padding.width + kx * dilation.width
        guard ix >= 0, ix < x.width else { continue }
        for c in 0..<perGroup {
          let w = weight[((channel * perGroup + c) * kernel.height + ky) * kernel.width + kx]
          sum += Double(image[(iy * x.width + ix) * x.channels + firstIn + c]) * Double(w)
        }
      }
    }
    return Float(sum)
  }
}

/// Outputs of a window of `kernel` kernelPositions that moves over `size` elements, as PyTorch rounds (down).
func outputExtent(_ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int = 1) -> Int {
  let span = size + 2 * padding - dilation * (kernel - 1) - 1
  return span < 0 ? 0 : span / stride + 1
}

extension Operation {
  /// The error of an operation that cannot take `inputs`.
  func unfit(_ inputs: [Shape], _ detail: String) -> ShapeError {
    .unfit(operation: Self.name, path: "", shapes: inputs, detail: detail)
  }
}
