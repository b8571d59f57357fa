import Foundation
import Kernels

/// Softmax over the channels of each pixel, as `torch.softmax(x, dim=1)`.
///
/// Input and output NHWC of the same shape; may work in place.
public struct Softmax: Operation {
  public static let name = "softmax"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let shape = request.output
    return RowKernel("softmax", request) { rows, call in
      let x = call.input(0, shape)
      call.forEachPixel(rows, shape) { n, row, column, y in
        softmax(x.pixel(n, row, column), y, count: shape.channels)
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let channels = io.outputShape.channels
    io.forEachOutputPixel { n, row, column, y in
      let x = UnsafeBufferPointer(start: io.inputs[0].pixel(n, row, column), count: channels)
      let largest = x.max()!
      let sum = x.reduce(0.0) { $0 + exp(Double($1 - largest)) }
      for c in 0..<channels { y[c] = Float(exp(Double(x[c] - largest)) / sum) }
    }
  }
}
