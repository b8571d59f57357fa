/// When an expression is named: the likeliest class must be likely enough and clearly ahead.
public struct ExpressionRule: Sendable {
  /// Least probability of the class that is named: above it nine of ten of `default`'s answers are people's (docs/accuracy.md).
  public var leastConfidence = 0.57
  /// Least distance to the second.
  public var leastLead = 0.08
  /// Distance of the networks from their mean (`TrackPredictions.disagreement`) above which none is believed.
  public var mostDisagreement = 0.4

  /// The defaults.
  public init() {}

  /// The place of the class to name; nil where none is clear.
  public func choice(_ probabilities: [Double]) -> Int? {
    guard let most = probabilities.max(), let place = probabilities.firstIndex(of: most) else { return nil }
    let second = probabilities.indices.lazy.filter { $0 != place }.map { probabilities[$0] }.max() ?? 0
    return most >= leastConfidence && most - second >= leastLead ? place : nil
  }
}
