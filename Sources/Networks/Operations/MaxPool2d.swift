import Kernels

/// Maximum over a moving window, as `torch.nn.MaxPool2d`; what lies outside the image never wins.
///
/// Input and output NHWC with the same channels.
public struct MaxPool2d: Operation {
  public static let name = "max_pool2d"
  /// The moving window.
  public var window: PoolWindow

  /// A pooling with windows of `kernel`, by default without overlap.
  public init(_ kernel: Extent, stride: Extent? = nil, padding: Extent = 0, ceilMode: Bool = false) {
    self.init(window: PoolWindow(kernel, stride: stride, padding: padding, ceilMode: ceilMode))
  }

  /// A pooling with any window.
  package init(window: PoolWindow) { self.window = window }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard let shape = window.outputShape(try onlyInput(inputs)) else {
      throw unfit(inputs, "kernel \(window.kernel) with padding \(window.padding) does not fit")
    }
    return shape
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (input, output) = (request.inputs[0], request.output)
    return RowKernel("window-max", request) { [window] rows, call in
      let x = call.input(0, input)
      call.forEachPixel(rows, output) { n, row, column, y in
        let (rows, columns) = (window.rows(row, of: input.height), window.columns(column, of: input.width))
        windowMaximum(x.window(n, rows, columns), y)
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let x = io.inputs[0]
    io.forEachOutputPixel { n, row, column, y in
      for c in 0..<x.shape.channels {
        y[c] = maximum(
          x, n, window.rows(row, of: x.shape.height), window.columns(column, of: x.shape.width), c)
      }
    }
  }
}

/// The largest element of channel `c` in a window that is not empty; NaN where it holds one.
func maximum(_ x: Activation, _ n: Int, _ rows: Range<Int>, _ columns: Range<Int>, _ c: Int) -> Float {
  var best = -Float.infinity
  for row in rows {
    for column in columns {
      let value = x.pixel(n, row, column)[c]
      if value > best || value.isNaN { best = value }
      if best.isNaN { return best }
    }
  }
  return best
}
