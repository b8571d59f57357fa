import Foundation
import Kernels

/// Hyperbolic tangent, as `torch.tanh`.
///
/// Input and output of the same shape; may work in place.
public struct Tanh: Operation {
  public static let name = "tanh"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    elementKernel(request) { hyperbolicTangent($0, $1, count: $2) }
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { tanh($0) }
  }
}
