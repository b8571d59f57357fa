import Foundation
import Kernels

/// `log(1 + exp(x))`, as `torch.nn.Softplus`.
///
/// Input and output of the same shape; may work in place.
public struct Softplus: Operation {
  public static let name = "softplus"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    elementKernel(request) { x, y, count in for i in 0..<count { y[i] = Softplus.value(x[i]) } }
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements(Softplus.value)
  }

  /// The same without overflow.
  private static func value(_ x: Float) -> Float { max(x, 0) + log1p(exp(-abs(x))) }
}
