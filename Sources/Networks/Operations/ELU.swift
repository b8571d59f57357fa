import Foundation
import Kernels

/// `x` where it is positive, else `alpha * (exp(x) - 1)`, as `torch.nn.ELU`.
///
/// Input and output of the same shape; may work in place.
public struct ELU: Operation {
  public static let name = "elu"
  /// What large negative numbers tend to, negated.
  public var alpha: Float

  /// The function with PyTorch's `alpha` by default.
  public init(alpha: Float = 1) { self.alpha = alpha }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    elementKernel(request) { [alpha] in elu($0, $1, count: $2, alpha: alpha) }
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { $0 > 0 ? $0 : alpha * expm1($0) }
  }
}
