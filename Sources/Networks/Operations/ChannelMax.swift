/// Maximum over the channels of each pixel, as `x.amax(dim=1, keepdim=True)`.
///
/// Input NHWC, output NHWC with one channel.
public struct ChannelMax: Operation {
  public static let name = "channel_max"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try onlyInput(inputs)
    return Shape(height: input.height, width: input.width, channels: 1)
  }

  public func reference(_ io: ForwardIO) {
    let channels = io.inputs[0].shape.channels
    io.forEachOutputPixel { n, row, column, y in
      let x = UnsafeBufferPointer(start: io.inputs[0].pixel(n, row, column), count: channels)
      y[0] = x.max()!
    }
  }
}
