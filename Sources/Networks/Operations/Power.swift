import Foundation
import Kernels

/// `x` to a constant power, as `torch.pow(x, exponent)`: squares, roots and reciprocals too.
///
/// Input and output of the same shape; may work in place.
public struct Power: Operation {
  public static let name = "power"
  /// The exponent.
  public var exponent: Float

  /// `x` to the power of `exponent`.
  public init(_ exponent: Float) { self.exponent = exponent }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    elementKernel(request) { [exponent] in powers($0, $1, count: $2, exponent) }
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { pow($0, exponent) }
  }
}
