import Foundation

/// How far a model's probabilities can be believed (Guo et al., 2017): images binned by the probability of the answer.
public struct Calibration: Hashable, Sendable {
  /// One bin: confidences above `lower`, up to and with `upper`.
  public struct Bin: Encodable, Hashable, Sendable {
    /// Lower end, 0 to 1.
    public let lower: Double
    /// Upper end, 0 to 1.
    public let upper: Double
    /// Images.
    public let images: Int
    /// Mean probability of the answers, 0 to 1; 0 without images.
    public let confidence: Double
    /// Right answers, 0 to 1; 0 without images.
    public let accuracy: Double
  }

  /// Bins of equal width.
  public let bins: [Bin]
  /// Mean logarithmic loss (negative log-likelihood, natural logarithm).
  public let logLoss: Double

  /// The calibration of `probabilities`, a row of probabilities an image.
  public init(_ probabilities: [[Double]], truth: [Int], bins count: Int = 15) {
    var (images, right) = ([Int](repeating: 0, count: count), [Int](repeating: 0, count: count))
    var (confidence, loss) = ([Double](repeating: 0, count: count), 0.0)
    for (row, label) in zip(probabilities, truth) {
      let answer = ConfusionMatrix.answer(row)
      let bin = min(max(Int((row[answer] * Double(count)).rounded(.up)) - 1, 0), count - 1)
      images[bin] += 1
      confidence[bin] += row[answer]
      right[bin] += answer == label ? 1 : 0
      loss -= log(max(row[label], .leastNormalMagnitude))
    }
    bins = (0..<count).map { bin in
      let number = Double(max(images[bin], 1))
      return Bin(
        lower: Double(bin) / Double(count), upper: Double(bin + 1) / Double(count), images: images[bin],
        confidence: confidence[bin] / number, accuracy: Double(right[bin]) / number)
    }
    logLoss = loss / Double(max(probabilities.count, 1))
  }

  /// Expected calibration error, 0 to 1: the distance of confidence from accuracy, averaged over the images.
  public var error: Double {
    let images = bins.reduce(0) { $0 + $1.images }
    let sum = bins.reduce(0) { $0 + Double($1.images) * abs($1.accuracy - $1.confidence) }
    return sum / Double(max(images, 1))
  }
}
