import Kernels

/// Mean over the channels of each pixel, as `x.mean(dim=1, keepdim=True)`.
///
/// Input NHWC, output NHWC with one channel.
public struct ChannelMean: Operation {
  public static let name = "channel_mean"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try onlyInput(inputs)
    return Shape(height: input.height, width: input.width, channels: 1)
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (input, output) = (request.inputs[0], request.output)
    return RowKernel("channel-mean", request) { rows, call in
      let x = call.input(0, input)
      call.forEachPixel(rows, output) { n, row, column, y in
        y[0] = Kernels.sum(x.pixel(n, row, column), count: input.channels) / Float(input.channels)
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let channels = io.inputs[0].shape.channels
    io.forEachOutputPixel { n, row, column, y in
      let x = UnsafeBufferPointer(start: io.inputs[0].pixel(n, row, column), count: channels)
      y[0] = Float(x.reduce(0.0) { $0 + Double($1) } / Double(channels))
    }
  }
}
