/// Sizes of a two-dimensional convolution of NHWC images, as PyTorch names them.
public struct ConvolutionShape: Hashable, Sendable {
  /// Rows, columns and channels of the input.
  public var inHeight, inWidth, inChannels: Int
  /// Rows, columns and channels of the output.
  public var outHeight, outWidth, outChannels: Int
  /// KernelPositions.
  public var kernelHeight, kernelWidth: Int
  /// Steps between outputs.
  public var strideHeight = 1
  /// Columns from one output to the next.
  public var strideWidth = 1
  /// Zeros on each side.
  public var paddingHeight = 0
  /// Columns of zeros on either side.
  public var paddingWidth = 0
  /// Steps between kernelPositions.
  public var dilationHeight = 1
  /// Columns from one weight to the next.
  public var dilationWidth = 1
  /// Groups of channels that see only each other.
  public var groups = 1

  /// A convolution of `input` (height, width, channels) to `output` with `kernel` kernelPositions; the rest is set afterwards.
  public init(
    input: (height: Int, width: Int, channels: Int), output: (height: Int, width: Int, channels: Int),
    kernel: (height: Int, width: Int)
  ) {
    (inHeight, inWidth, inChannels) = input
    (outHeight, outWidth, outChannels) = output
    (kernelHeight, kernelWidth) = kernel
  }

  /// Input channels of a group.
  public var groupIn: Int { inChannels / groups }
  /// Output channels of a group.
  public var groupOut: Int { outChannels / groups }
  /// KernelPositions.
  public var kernelPositions: Int { kernelHeight * kernelWidth }
  /// Floats of one input image.
  public var inFloats: Int { inHeight * inWidth * inChannels }
  /// Pixels of one output image.
  public var outPixels: Int { outHeight * outWidth }
  /// Multiply-accumulates for one image.
  public var macs: Int { outPixels * outChannels * groupIn * kernelPositions }
}

/// What follows a layer's sums: `function(sum + bias + residual)`.
public struct LayerEnd {
  /// Added to each output channel; padded to whole vectors.
  public var bias: UnsafePointer<Float>?
  /// Of the output's shape; may be the output.
  public var residual: UnsafePointer<Float>?
  /// Applied last.
  public var function: ActivationFunction

  /// What follows.
  @inlinable
  public init(
    bias: UnsafePointer<Float>?, residual: UnsafePointer<Float>? = nil, function: ActivationFunction = .identity
  ) {
    self.bias = bias
    self.residual = residual
    self.function = function
  }
}
