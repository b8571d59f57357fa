import Foundation
import Kernels

/// `x` times the share of a normal distribution below it, as `torch.nn.GELU`, in both of its forms.
///
/// Input and output of the same shape; may work in place.
public struct GELU: Operation {
  public static let name = "gelu"
  /// By the hyperbolic tangent (`approximate="tanh"`), else by the error function.
  public var approximate: Bool

  /// The exact function, or its approximation.
  public init(approximate: Bool = false) { self.approximate = approximate }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try onlyInput(inputs) }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    elementKernel(request) { [approximate] in gelu($0, $1, count: $2, approximate: approximate) }
  }

  public func reference(_ io: ForwardIO) {
    io.mapElements { $0 * share(of: $0) }
  }

  /// What `x` is multiplied by.
  func share(of x: Float) -> Float {
    approximate ? 0.5 * (1 + tanh(GELU.inner(x))) : 0.5 * (1 + erf(x / Float(2).squareRoot()))
  }

  /// The derivative of `share`.
  func density(of x: Float) -> Float {
    guard approximate else { return exp(-x * x / 2) / (2 * Float.pi).squareRoot() }
    let t = tanh(GELU.inner(x))
    return 0.5 * (1 - t * t) * (2 / Float.pi).squareRoot() * (1 + 3 * 0.044715 * x * x)
  }

  private static func inner(_ x: Float) -> Float { (2 / Float.pi).squareRoot() * (x + 0.044715 * x * x * x) }
}
