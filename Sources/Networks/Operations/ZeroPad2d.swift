import Kernels

/// Zeros around the image, as `torch.nn.ZeroPad2d`: for paddings that differ from side to side, which a convolution's own
/// padding cannot express.
///
/// Input and output NHWC with the same channels.
public struct ZeroPad2d: Operation {
  public static let name = "zero_pad2d"
  /// Rows above.
  public var top: Int
  /// Rows below.
  public var bottom: Int
  /// Columns to the left.
  public var left: Int
  /// Columns to the right.
  public var right: Int

  /// The given rows and columns of zeros.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try onlyInput(inputs)
    guard min(top, bottom, left, right) >= 0 else { throw unfit(inputs, "padding must not be negative") }
    return Shape(
      height: input.height + top + bottom, width: input.width + left + right, channels: input.channels)
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (input, output) = (request.inputs[0], request.output)
    return RowKernel("copy", request) { [top, left] rows, call in
      let x = call.input(0, input)
      call.forEachPixel(rows, output) { n, row, column, y in
        let (iy, ix) = (row - top, column - left)
        if iy >= 0, iy < input.height, ix >= 0, ix < input.width {
          y.update(from: x.pixel(n, iy, ix), count: input.channels)
        } else {
          y.update(repeating: 0, count: input.channels)
        }
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let x = io.inputs[0]
    io.forEachOutputPixel { n, row, column, y in
      let (iy, ix) = (row - top, column - left)
      if iy >= 0, iy < x.shape.height, ix >= 0, ix < x.shape.width {
        y.update(from: x.pixel(n, iy, ix), count: x.shape.channels)
      } else {
        y.update(repeating: 0, count: x.shape.channels)
      }
    }
  }
}
