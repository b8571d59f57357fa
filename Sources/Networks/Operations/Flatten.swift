import Kernels

/// A feature map as a vector in PyTorch's order, channel first (`torch.flatten(x, 1)`), so that the weights of a linear
/// layer behind it mean what they mean there.
///
/// Input NHWC; output a vector in C, H, W order.
public struct Flatten: Operation {
  public static let name = "flatten"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    Shape(vector: try onlyInput(inputs).count)
  }

  public func isIdentity(_ inputs: [Shape]) -> Bool { inputs[0].pixels == 1 || inputs[0].channels == 1 }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let shape = request.inputs[0]
    return RowKernel("transpose", request) { rows, call in
      for n in rows {
        let (x, y) = (call.inputs[0] + n * shape.count, call.output + n * shape.count)
        for c in 0..<shape.channels {
          for pixel in 0..<shape.pixels { y[c * shape.pixels + pixel] = x[pixel * shape.channels + c] }
        }
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let (input, shape) = (io.inputs[0].base, io.inputs[0].shape)
    for n in 0..<io.batch {
      let (x, y) = (input + n * shape.count, io.output + n * shape.count)
      for pixel in 0..<shape.pixels {
        for c in 0..<shape.channels { y[c * shape.pixels + pixel] = x[pixel * shape.channels + c] }
      }
    }
  }
}
