import Foundation

/// What `mien evaluate` found, as its JSON has it.
public struct EvaluationResult: Encodable, Sendable {
  /// Models, whose probabilities are summed without weights.
  public var models: [String]
  /// The label set that was judged.
  public var labels: [String]
  /// Whether flips and shifts were averaged.
  public var augmented: Bool
  /// Pictures judged.
  public var images: Int
  /// Right answers.
  public var correct: Int
  /// Right answers in percent.
  public var accuracy: Double
  /// The accuracy's 95 % interval, lower and upper end, in percent.
  public var interval95: [Double]
  /// Pictures by true class (rows) and answer (columns).
  public var confusion: [[Int]]

  enum CodingKeys: String, CodingKey {
    case models, labels, augmented, images, correct, accuracy
    case interval95 = "interval_95"
    case confusion
  }

  /// The figures of a matrix.
  public init(_ matrix: ConfusionMatrix, models: [String], augmented: Bool) {
    (self.models, labels, self.augmented) = (models, matrix.classes, augmented)
    (images, correct, accuracy) = (matrix.images, matrix.correct, matrix.accuracy)
    interval95 = [matrix.interval.lowerBound, matrix.interval.upperBound]
    confusion = matrix.counts
  }

  /// As JSON with keys in a fixed order.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return try encoder.encode(self)
  }
}
