import Kernels

/// Bilinear resizing, as `torch.nn.functional.interpolate(mode="bilinear")` to a given size, in both corner conventions.
///
/// Input and output NHWC with the same channels.
public struct Upsample: Operation {
  public static let name = "upsample"
  /// Extent of the output.
  public var output: Extent
  /// Whether the centres of the corner pixels coincide (else the corners of the images do).
  public var alignCorners: Bool

  /// A resizing to `output`.
  public init(to output: Extent, alignCorners: Bool) {
    self.output = output
    self.alignCorners = alignCorners
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try onlyInput(inputs)
    guard output.height > 0, output.width > 0 else { throw unfit(inputs, "cannot resize to \(output)") }
    return Shape(height: output.height, width: output.width, channels: input.channels)
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (input, output) = (request.inputs[0], request.output)
    return RowKernel("bilinear", request) { rows, call in
      let x = call.input(0, input)
      call.forEachPixel(rows, output) { n, row, column, y in
        let v = self.source(row, output.height, input.height)
        let h = self.source(column, output.width, input.width)
        interpolate(
          x.pixel(n, v.low, h.low), x.pixel(n, v.low, h.high), x.pixel(n, v.high, h.low), x.pixel(n, v.high, h.high),
          across: h.share, down: v.share, y, channels: input.channels)
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let x = io.inputs[0]
    io.forEachOutputPixel { n, row, column, y in
      let v = source(row, output.height, x.shape.height)
      let h = source(column, output.width, x.shape.width)
      let (topLeft, topRight) = (x.pixel(n, v.low, h.low), x.pixel(n, v.low, h.high))
      let (bottomLeft, bottomRight) = (x.pixel(n, v.high, h.low), x.pixel(n, v.high, h.high))
      for c in 0..<x.shape.channels {
        let top = topLeft[c] + (topRight[c] - topLeft[c]) * h.share
        let bottom = bottomLeft[c] + (bottomRight[c] - bottomLeft[c]) * h.share
        y[c] = top + (bottom - top) * v.share
      }
    }
  }

  /// The two elements of `inputs` that output `index` lies between, and the share of the second.
  func source(_ index: Int, _ outputs: Int, _ inputs: Int) -> (low: Int, high: Int, share: Float) {
    let place = position(Float(index), Float(outputs), Float(inputs))
    let low = min(Int(place), inputs - 1)
    return (low, min(low + 1, inputs - 1), place - Float(low))
  }

  private func position(_ index: Float, _ outputs: Float, _ inputs: Float) -> Float {
    guard alignCorners else { return max((index + 0.5) * (inputs / outputs) - 0.5, 0) }
    return outputs > 1 ? index * ((inputs - 1) / (outputs - 1)) : 0
  }
}
