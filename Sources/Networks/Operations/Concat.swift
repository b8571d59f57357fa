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
