import Foundation
import Kernels

/// `x` kept between two bounds, as `torch.clamp`.
///
/// Input and output of the same shape; may work in place.
public struct Clamp: Operation {
  public static let name = "clamp"
  /// Smallest result; nil: none.
  public var low: Float?
  /// Largest result; nil: none.
  public var high: Float?

  /// Numbers from `low` to `high`.
  public init(_ low: Float?, _ high: Float?) { (self.low, self.high) = (low, high) }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    elementKernel(request) { [least, most] in clamp($0, $1, count: $2, least, most) }
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { min(max($0, least), most) }
  }

  var least: Float { low ?? -.infinity }
  var most: Float { high ?? .infinity }
}
