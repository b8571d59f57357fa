import Foundation
import Kernels

/// `1 / (1 + exp(-x))`, as `torch.nn.Sigmoid`.
///
/// Input and output of the same shape; may work in place.
public struct Sigmoid: Operation {
  public static let name = "sigmoid"

  /// The operation.
  public init() {}

  public var function: ActivationFunction? { .sigmoid }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    functionKernel(.sigmoid, request)
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { 1 / (1 + exp(-$0)) }
  }
}
