import Foundation
import Kernels

/// `|x|`, as `torch.abs`.
///
/// Input and output of the same shape; may work in place.
public struct Absolute: Operation {
  public static let name = "abs"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    elementKernel(request) { x, y, count in for i in 0..<count { y[i] = abs(x[i]) } }
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { abs($0) }
  }
}
