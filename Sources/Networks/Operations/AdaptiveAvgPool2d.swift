import Kernels

/// Mean over windows that share the image out among a given number of outputs, as `torch.nn.AdaptiveAvgPool2d`.
/// With an output of 1 it is global average pooling.
///
/// Input and output NHWC with the same channels.
public struct AdaptiveAvgPool2d: Operation {
  public static let name = "adaptive_avg_pool2d"
  /// Extent of the output.
  public var output: Extent

  /// A pooling to `output`; global by default.
  public init(_ output: Extent = 1) { self.output = output }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard output.isPositive else { throw unfit(inputs, "cannot pool to \(output)") }
    return Shape(height: output.height, width: output.width, channels: try onlyInput(inputs).channels)
  }

  public func isIdentity(_ inputs: [Shape]) -> Bool {
    inputs[0].height == output.height && inputs[0].width == output.width
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (input, output) = (request.inputs[0], request.output)
    return RowKernel("window-mean", request) { rows, call in
      let x = call.input(0, input)
      call.forEachPixel(rows, output) { n, row, column, y in
        let rows = adaptiveWindow(row, of: output.height, over: input.height)
        let columns = adaptiveWindow(column, of: output.width, over: input.width)
        windowSum(x.window(n, rows, columns), scale: 1 / Float(rows.count * columns.count), y)
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let x = io.inputs[0]
    io.forEachOutputPixel { n, row, column, y in
      let rows = adaptiveWindow(row, of: output.height, over: x.shape.height)
      let columns = adaptiveWindow(column, of: output.width, over: x.shape.width)
      for c in 0..<x.shape.channels {
        y[c] = Float(sum(x, n, rows, columns, c) / Double(rows.count * columns.count))
      }
    }
  }
}

/// The elements under output `index` of `outputs` over `size` elements, as PyTorch shares them out.
func adaptiveWindow(_ index: Int, of outputs: Int, over size: Int) -> Range<Int> {
  index * size / outputs..<((index + 1) * size + outputs - 1) / outputs
}
