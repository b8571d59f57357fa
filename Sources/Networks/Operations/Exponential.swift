import Foundation
import Kernels

/// `exp(x)`, as `torch.exp`.
///
/// Input and output of the same shape; may work in place.
public struct Exponential: Operation {
  public static let name = "exp"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    elementKernel(request) { exponentials($0, $1, count: $2) }
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { exp($0) }
  }
}
