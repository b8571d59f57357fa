import Foundation
import Kernels

/// The error function, as `torch.erf`: twice the area of the normal density of variance 1/2 from 0 to `x`.
///
/// Input and output of the same shape; may work in place.
public struct Erf: Operation {
  public static let name = "erf"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    elementKernel(request) { errorFunction($0, $1, count: $2) }
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { erf($0) }
  }
}
