/// Convolution in which every channel sees only itself: as many groups as channels, one output each.
/// Eight channels at a time; four neighbouring outputs share each weight where all their taps are inside.
public struct DepthwiseConvolution: Sendable {
  /// The sizes.
  public let shape: ConvolutionShape

  /// Whether a convolution of this shape is depthwise.
  public static func fits(_ shape: ConvolutionShape) -> Bool {
    shape.groups == shape.inChannels && shape.groups == shape.outChannels && shape.groups > 1
  }

  /// The kernel for a shape that fits.
  public init(_ shape: ConvolutionShape) {
    precondition(Self.fits(shape))
    self.shape = shape
  }

  private var padded: Int { (shape.outChannels + 7) / 8 * 8 }
  /// Floats of packed weights and biases.
  public var packedFloats: Int { (shape.taps + 1) * padded }

  /// Packs `weight` (channel, 1, height, width) tap by tap, then `bias`; channels are padded to whole vectors.
  public func pack(_ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>)
  {
    target.update(repeating: 0, count: packedFloats)
    for channel in 0..<shape.outChannels {
      for tap in 0..<shape.taps { target[tap * padded + channel] = weight[channel * shape.taps + tap] }
      target[shape.taps * padded + channel] = bias?[channel] ?? 0
    }
  }

  /// Does output row `row` of one image; `residual` and `output` point at that row.
  public func run(
    row: Int, _ image: UnsafePointer<Float>, packed: UnsafePointer<Float>, residual: UnsafePointer<Float>?,
    _ function: ActivationFunction, _ output: UnsafeMutablePointer<Float>
  ) {
    let channels = shape.outChannels
    let top = row * shape.strideHeight - shape.paddingHeight
    let rows = Taps(top, shape.kernelHeight, shape.dilationHeight, shape.inHeight)
    var x = 0
    while x < shape.outWidth {
      let left = x * shape.strideWidth - shape.paddingWidth
      let taps = Taps(left, shape.kernelWidth, shape.dilationWidth, shape.inWidth)
      let lastRight = left + 3 * shape.strideWidth + (shape.kernelWidth - 1) * shape.dilationWidth
      let target = output + x * channels
      if left >= 0, lastRight < shape.inWidth, x + 4 <= shape.outWidth, channels % 8 == 0 {
        quad(rows, top, left, image, packed, target)
        x += 4
      } else {
        single(rows, taps, top, left, image, packed, target)
        x += 1
      }
    }
    finish(residual, function, output)
  }

  /// The taps of a window that fall inside the image.
  private struct Taps {
    let first, end: Int
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

  private func quad(
    _ rows: Taps, _ top: Int, _ left: Int, _ image: UnsafePointer<Float>, _ packed: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
  ) {
    let (channels, step) = (shape.inChannels, shape.strideWidth * shape.inChannels)
    for c in stride(from: 0, to: channels, by: 8) {
      let bias = packed.vector(shape.taps * padded + c)
      var sums = InlineArray<4, V8>(repeating: bias)
      for ky in rows.first..<max(rows.first, rows.end) {
        var weight = packed + ky * shape.kernelWidth * padded + c
        var x = pixel(image, top + ky * shape.dilationHeight, left) + c
        for _ in 0..<shape.kernelWidth {
          let w = weight.vector()
          for i in 0..<4 { sums[i].addProduct(x.vector(i * step), w) }
          weight += padded
          x += shape.dilationWidth * channels
        }
      }
      for i in 0..<4 { y.store(sums[i], i * channels + c) }
    }
  }

  private func single(
    _ rows: Taps, _ columns: Taps, _ top: Int, _ left: Int, _ image: UnsafePointer<Float>,
    _ packed: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    for c in stride(from: 0, to: shape.outChannels, by: 8) {
      let count = min(8, shape.outChannels - c)
      var sum = packed.vector(shape.taps * padded + c)
      for ky in rows.first..<max(rows.first, rows.end) {
        for kx in columns.first..<max(columns.first, columns.end) {
          let x = pixel(image, top + ky * shape.dilationHeight, left + kx * shape.dilationWidth)
          let values = count == 8 ? x.vector(c) : x.partialVector(c, count: count)
          sum.addProduct(values, packed.vector((ky * shape.kernelWidth + kx) * padded + c))
        }
      }
      if count == 8 { y.store(sum, c) } else { y.storePartial(sum, c, count: count) }
    }
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
