import Foundation

/// How the answers of several models, and of several views, become one.
public struct Combination: Sendable, Hashable {
  /// What is averaged.
  public enum Rule: String, Sendable, CaseIterable {
    /// Probabilities: the sum that phamquiluan/ResidualMaskingNetwork takes, divided by the number of predictions.
    case sum
    /// Logarithms of probabilities, which differ from logits by a number an image: a geometric mean.
    case logits
  }

  /// What is averaged.
  public var rule: Rule
  /// A weight for each member; nil for equal ones.
  public var weights: [Double]?

  /// Equal weights unless others are given.
  public init(_ rule: Rule = .sum, weights: [Double]? = nil) { (self.rule, self.weights) = (rule, weights) }

  /// Probabilities of `members` together: a row for each image, each summing to 1.
  /// - Throws: `EvaluationError.badWeights`.
  public func probabilities(_ members: [Answers]) throws(EvaluationError) -> [[Double]] {
    let weights = try checked(members.count)
    return (0..<members[0].images).map { image in
      var sums = [Double](repeating: 0, count: members[0].labels.names.count)
      for (member, weight) in zip(members, weights) where weight > 0 {
        for (place, value) in predictions(member, image).enumerated() { sums[place] += weight * value }
      }
      return rule == .sum ? sums : logSoftmax(sums).map(exp)
    }
  }

  /// What is averaged over members: mean probabilities, or mean logarithms of them.
  func predictions(_ member: Answers, _ image: Int) -> [Double] {
    rule == .sum ? member.mean(image, exp) : member.mean(image) { $0 }
  }

  /// Weights that sum to 1.
  private func checked(_ members: Int) throws(EvaluationError) -> [Double] {
    let given = weights ?? Array(repeating: 1, count: members)
    let sum = given.reduce(0, +)
    guard given.count == members, sum > 0, given.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw .badWeights(given: given.count, members: members)
    }
    return given.map { $0 / sum }
  }
}
