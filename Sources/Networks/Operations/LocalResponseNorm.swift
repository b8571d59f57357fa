import Foundation

/// Normalisation by the squares of neighbouring channels, as `torch.nn.LocalResponseNorm`:
/// `x / (k + alpha * mean(x² over size channels around))^beta`; channels that do not exist count as zeros.
///
/// Input and output NHWC of the same shape.
public struct LocalResponseNorm: Operation {
  public static let name = "local_response_norm"
  /// Channels in the window: `size / 2` before the channel, and it and those after for the rest.
  public var size: Int
  /// Factor of the mean of squares.
  public var alpha: Float
  /// Exponent.
  public var beta: Float
  /// Added to the mean.
  public var k: Float

  /// A normalisation over `size` channels with PyTorch's defaults.
  public init(size: Int, alpha: Float = 1e-4, beta: Float = 0.75, k: Float = 1) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard size > 0 else { throw unfit(inputs, "needs a window of at least one channel") }
    return try onlyInput(inputs)
  }

  public func reference(_ io: ForwardIO) {
    let channels = io.outputShape.channels
    io.forEachOutputPixel { n, row, column, y in
      let x = io.inputs[0].pixel(n, row, column)
      for c in 0..<channels {
        let window = max(c - size / 2, 0)..<min(c - size / 2 + size, channels)
        let squares = window.reduce(Float(0)) { $0 + x[$1] * x[$1] }
        y[c] = x[c] / pow(k + alpha * squares / Float(size), beta)
      }
    }
  }
}
