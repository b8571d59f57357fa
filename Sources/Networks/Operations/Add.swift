import Kernels

/// Sum of two inputs, broadcast to each other as PyTorch does (an extent of 1 serves them all).
///
/// NHWC. May work in place of an input that has the output's shape.
public struct Add: Operation {
  public static let name = "add"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try broadcastShape(inputs) }

  public var fusions: FusionSupport { .activation }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    binaryKernel(.add, request)
  }

  public func reference(_ io: ForwardIO) { io.zipElements(+) }
}
