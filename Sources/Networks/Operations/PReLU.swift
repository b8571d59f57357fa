import Kernels

/// `x` where it is positive, else `x` times a trained slope, one a channel or one for all, as `torch.nn.PReLU`.
///
/// Input and output NHWC of the same shape; `weight` is `slopes` long.
public struct PReLU: Operation {
  public static let name = "prelu"
  /// Slopes: 1, or as many as there are channels.
  public var slopes: Int

  /// One slope for all channels, or one a channel.
  public init(slopes: Int = 1) { self.slopes = slopes }

  public var parameters: [ParameterSpec] { [ParameterSpec("weight", [slopes], .weight)] }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let shape = try onlyInput(inputs)
    guard slopes == 1 || slopes == shape.channels else { throw unfit(inputs, "has \(slopes) slopes") }
    return shape
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (shape, slopes) = (request.output, slopes)
    let slope = request.parameters[0]
    return RowKernel("prelu", request) { rows, call in
      let x = call.input(0, shape)
      call.forEachPixel(rows, shape) { n, row, column, y in
        let x = x.pixel(n, row, column)
        if slopes == 1 { return leaky(x, y, count: shape.channels, slope: slope.elements[0]) }
        leaky(x, y, count: shape.channels, slopes: UnsafePointer(slope.elements.baseAddress!))
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let slope = io.parameters[0].elements
    io.forEachOutputPixel { n, row, column, y in
      let x = io.inputs[0].pixel(n, row, column)
      for c in 0..<io.outputShape.channels { y[c] = x[c] > 0 ? x[c] : x[c] * slope[slopes == 1 ? 0 : c] }
    }
  }
}
