import Kernels

/// Rectifier, `max(x, 0)`, as `torch.nn.ReLU` (NaN stays NaN).
///
/// Input and output of the same shape; may work in place.
public struct ReLU: Operation {
  public static let name = "relu"

  /// The operation.
  public init() {}

  public var function: ActivationFunction? { .relu }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    functionKernel(.relu, request)
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { $0 < 0 ? 0 : $0 }
  }
}
