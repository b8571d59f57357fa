import Kernels

/// Mean over a moving window, as `torch.nn.AvgPool2d`.
///
/// Input and output NHWC with the same channels.
public struct AvgPool2d: Operation {
  public static let name = "avg_pool2d"
  /// The moving window.
  public var window: PoolWindow
  /// Whether the zeros of the padding count in the divisor.
  public var countIncludePad: Bool

  /// A pooling with windows of `kernel`, by default without overlap.
  public init(
    _ kernel: Extent, stride: Extent? = nil, padding: Extent = 0, ceilMode: Bool = false, countIncludePad: Bool = true
  ) {
    self.init(
      window: PoolWindow(kernel, stride: stride, padding: padding, ceilMode: ceilMode),
      countIncludePad: countIncludePad)
  }

  /// A pooling with any window.
  package init(window: PoolWindow, countIncludePad: Bool) {
    self.window = window
    self.countIncludePad = countIncludePad
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard let shape = window.outputShape(try onlyInput(inputs)) else {
      throw unfit(inputs, "kernel \(window.kernel) with padding \(window.padding) does not fit")
    }
    return shape
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (input, output) = (request.inputs[0], request.output)
    return RowKernel("window-mean", request) { rows, call in
      let x = call.input(0, input)
      call.forEachPixel(rows, output) { n, row, column, y in
        let (rows, columns) = (self.window.rows(row, of: input.height), self.window.columns(column, of: input.width))
        windowSum(x.window(n, rows, columns), scale: 1 / Float(self.divisor(row, column, of: input)), y)
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let x = io.inputs[0]
    io.forEachOutputPixel { n, row, column, y in
      let rows = window.rows(row, of: x.shape.height)
      let columns = window.columns(column, of: x.shape.width)
      let divisor = divisor(row, column, of: x.shape)
      for c in 0..<x.shape.channels { y[c] = Float(sum(x, n, rows, columns, c) / Double(divisor)) }
    }
  }

  /// What the sum under an output pixel is divided by.
  func divisor(_ row: Int, _ column: Int, of input: Shape) -> Int {
    guard !countIncludePad else { return window.paddedPixels(row, column, of: input) }
    return window.rows(row, of: input.height).count * window.columns(column, of: input.width).count
  }
}

/// The sum of channel `c` over a window.
func sum(_ x: Activation, _ n: Int, _ rows: Range<Int>, _ columns: Range<Int>, _ c: Int) -> Double {
  var sum = 0.0
  for row in rows {
    for column in columns { sum += Double(x.pixel(n, row, column)[c]) }
  }
  return sum
}
