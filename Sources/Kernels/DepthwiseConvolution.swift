/// Convolution in which every channel sees only itself: as many groups as channels, one output each.
/// Neighbouring outputs share each weight where all their kernelPositions are inside.
public struct DepthwiseConvolution: Sendable {
  /// The sizes.
  public let shape: ConvolutionShape
  private let loops: any InnerLoops.Type

  /// Whether a convolution of this shape is depthwise.
  public static func fits(_ shape: ConvolutionShape) -> Bool {
    shape.groups == shape.inChannels && shape.groups == shape.outChannels && shape.groups > 1
  }

  /// The kernel for a shape that fits.
  public init(_ shape: ConvolutionShape, _ set: InstructionSet = .chosen) {
    precondition(Self.fits(shape))
    self.shape = shape
    loops = set.loops
  }

  private var padded: Int { (shape.outChannels + 7) / 8 * 8 }
  /// Floats of packed weights and biases.
  public var packedFloats: Int { (shape.kernelPositions + 1) * padded }

  /// Packs `weight` (channel, 1, height, width) kernelPosition by kernelPosition, then `bias`; channels are padded to whole vectors.
  public func pack(_ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>)
  {
    target.update(repeating: 0, count: packedFloats)
    for channel in 0..<shape.outChannels {
      for kernelPosition in 0..<shape.kernelPositions {
        target[kernelPosition * padded + channel] = weight[channel * shape.kernelPositions + kernelPosition]
      }
      target[shape.kernelPositions * padded + channel] = bias?[channel] ?? 0
    }
  }

  /// Does output row `row` of one image; `residual` and `output` point at that row.
  public func run(
    row: Int, _ image: UnsafePointer<Float>, packed: UnsafePointer<Float>, residual: UnsafePointer<Float>?,
    _ function: ActivationFunction, _ output: UnsafeMutablePointer<Float>
  ) {
    let top = row * shape.strideHeight - shape.paddingHeight
    let rows = KernelPositions(top, shape.kernelHeight, shape.dilationHeight, shape.inHeight)
    let reach = (shape.kernelWidth - 1) * shape.dilationWidth
    // Outputs whose kernelPositions are all inside: from `first` on, before `end`.
    let first = min(shape.outWidth, (shape.paddingWidth + shape.strideWidth - 1) / shape.strideWidth)
    let last = shape.inWidth - 1 - reach + shape.paddingWidth
    let end = max(first, last < 0 ? 0 : min(shape.outWidth, last / shape.strideWidth + 1))
    for x in 0..<first { make(x, 1, rows, top, image, packed, output) }
    if end > first { make(first, end - first, rows, top, image, packed, output) }
    for x in end..<shape.outWidth { make(x, 1, rows, top, image, packed, output) }
    finish(residual, function, output)
  }

  /// The kernelPositions of a window that fall inside the image.
  private struct KernelPositions {
    let first, end: Int
    var count: Int { max(end - first, 0) }
    @inline(__always)
    init(_ start: Int, _ kernel: Int, _ dilation: Int, _ size: Int) {
      first = start >= 0 ? 0 : (-start + dilation - 1) / dilation
      end = min(kernel, size > start ? (size - start + dilation - 1) / dilation : 0)
    }
  }

  @inline(__always)
  private func pixel(_ image: UnsafePointer<Float>, _ y: Int, _ x: Int) -> UnsafePointer<Float> {
    image + (y * shape.inWidth + x) * shape.inChannels
  }

  /// Makes `count` outputs from column `x` on, which have the same kernelPositions.
  private func make(
    _ x: Int, _ count: Int, _ rows: KernelPositions, _ top: Int, _ image: UnsafePointer<Float>,
    _ packed: UnsafePointer<Float>,
    _ output: UnsafeMutablePointer<Float>
  ) {
    let left = x * shape.strideWidth - shape.paddingWidth
    let columns = KernelPositions(left, shape.kernelWidth, shape.dilationWidth, shape.inWidth)
    let weightRow = shape.kernelWidth * padded
    loops.depthwise(
      DepthwiseRun(
        pixel(image, top + rows.first * shape.dilationHeight, left + columns.first * shape.dilationWidth),
        pixelStep: shape.strideWidth * shape.inChannels, kernelPositionStep: shape.dilationWidth * shape.inChannels,
        rowStep: shape.dilationHeight * shape.inWidth * shape.inChannels,
        weights: packed + rows.first * weightRow + columns.first * padded, weightStep: padded, weightRow: weightRow,
        bias: packed + shape.kernelPositions * padded, rows: rows.count, columns: columns.count,
        channels: shape.outChannels,
        pixels: count, output + x * shape.outChannels))
  }

  private func finish(
    _ residual: UnsafePointer<Float>?, _ function: ActivationFunction, _ output: UnsafeMutablePointer<Float>
  ) {
    let count = shape.outWidth * shape.outChannels
    if let residual {
      combine(.add, output, residual, output, count: count, function)
    } else if function != .identity {
      apply(function, output, output, count: count)
    }
  }
}
