import Kernels

/// An input repeated along the directions in which its extent is 1, as `x.expand(…)`: grey to three channels, a gate of
/// channels to a map.
///
/// NHWC; each extent of the input is the output's or 1.
public struct Expand: Operation {
  public static let name = "expand"
  /// Extent of the output.
  public var output: Shape

  /// An expansion to `output`.
  public init(to output: Shape) { self.output = output }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try onlyInput(inputs)
    guard try broadcastShape([input, output]) == output else { throw unfit(inputs, "cannot be expanded to \(output)") }
    return output
  }

  public func isIdentity(_ inputs: [Shape]) -> Bool { inputs[0] == output }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (input, output) = (request.inputs[0], request.output)
    return RowKernel("copy", request) { rows, call in
      let x = call.input(0, input)
      call.forEachPixel(rows, output) { n, row, column, y in
        Expand.fill(y, output.channels, from: x.broadcastPixel(n, row, column), input.channels)
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let x = io.inputs[0]
    io.forEachOutputPixel { n, row, column, y in
      Expand.fill(y, output.channels, from: x.broadcastPixel(n, row, column), x.shape.channels)
    }
  }

  private static func fill(
    _ y: UnsafeMutablePointer<Float>, _ count: Int, from x: UnsafePointer<Float>, _ channels: Int
  ) {
    if channels == count { y.update(from: x, count: count) } else { y.update(repeating: x[0], count: count) }
  }
}
