import Kernels

/// Inputs one after the other along the channels, as `torch.cat(x, dim=1)`.
///
/// NHWC; the inputs have the same height and width.
public struct Concat: Operation {
  public static let name = "concat"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard let first = inputs.first, inputs.allSatisfy({ $0.height == first.height && $0.width == first.width })
    else { throw unfit(inputs, "takes inputs of one height and width") }
    return Shape(height: first.height, width: first.width, channels: inputs.reduce(0) { $0 + $1.channels })
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (inputs, output) = (request.inputs, request.output)
    return RowKernel("copy", request) { rows, call in
      call.forEachPixel(rows, output) { n, row, column, y in
        var y = y
        for index in inputs.indices {
          y.update(from: call.input(index, inputs[index]).pixel(n, row, column), count: inputs[index].channels)
          y += inputs[index].channels
        }
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    io.forEachOutputPixel { n, row, column, y in
      var y = y
      for x in io.inputs {
        y.update(from: x.pixel(n, row, column), count: x.shape.channels)
        y += x.shape.channels
      }
    }
  }
}
