import Foundation
import Kernels

/// `x * sigmoid(x)` (swish), as `torch.nn.SiLU`.
///
/// Input and output of the same shape; may work in place.
public struct SiLU: Operation {
  public static let name = "silu"

  /// The operation.
  public init() {}

  public var function: ActivationFunction? { .silu }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    functionKernel(.silu, request)
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { $0 / (1 + exp(-$0)) }
  }
}
