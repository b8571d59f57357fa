import Foundation
import Kernels

/// `x` where it is positive, else `slope * x`, as `torch.nn.LeakyReLU`.
///
/// Input and output of the same shape; may work in place.
public struct LeakyReLU: Operation {
  public static let name = "leaky_relu"
  /// Factor of negative numbers.
  public var slope: Float

  /// The function with PyTorch's `slope` by default.
  public init(slope: Float = 0.01) { self.slope = slope }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    elementKernel(request) { [slope] in leaky($0, $1, count: $2, slope: slope) }
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { $0 > 0 ? $0 : slope * $0 }
  }
}
