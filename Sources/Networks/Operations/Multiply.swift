import Kernels

/// Product of two inputs, broadcast to each other as PyTorch does: a 1x1xC gate over all pixels, an HxWx1 mask
/// over all channels.
///
/// NHWC. May work in place of an input that has the output's shape.
public struct Multiply: Operation {
  public static let name = "multiply"

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try broadcastShape(inputs) }

  public var fusions: FusionSupport { .activation }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    binaryKernel(.multiply, request)
  }

  public func reference(_ io: ForwardIO) { io.zipElements(*) }
}
