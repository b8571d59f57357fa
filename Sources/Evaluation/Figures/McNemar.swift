import Foundation

/// Whether two models that judged the same images differ (McNemar, 1947), by the exact binomial test.
public struct McNemar: Encodable, Hashable, Sendable {
  /// Images that the first alone got right.
  public let onlyFirst: Int
  /// Images that the second alone got right.
  public let onlySecond: Int
  /// Two-sided probability of a difference at least as large between equal models.
  public let p: Double

  enum CodingKeys: String, CodingKey {
    case onlyFirst = "only_first"
    case onlySecond = "only_second"
    case p
  }

  /// Of two models with so many right answers that the other lacks.
  public init(onlyFirst: Int, onlySecond: Int) {
    (self.onlyFirst, self.onlySecond) = (onlyFirst, onlySecond)
    let count = onlyFirst + onlySecond
    // Term by term in logarithms: 2^count is beyond a Double from 1,024 images on.
    let tail = (0...min(onlyFirst, onlySecond)).reduce(0.0) { sum, k in
      let ways = lgamma(Double(count + 1)) - lgamma(Double(k + 1)) - lgamma(Double(count - k + 1))
      return sum + exp(ways - Double(count) * log(2))
    }
    p = min(1, 2 * tail)
  }

  /// Of two models' answers to the same images.
  public init(_ first: [[Double]], _ second: [[Double]], truth: [Int]) {
    let rights = zip(zip(first, second), truth).map { rows, label in
      (ConfusionMatrix.answer(rows.0) == label, ConfusionMatrix.answer(rows.1) == label)
    }
    self.init(onlyFirst: rights.count { $0.0 && !$0.1 }, onlySecond: rights.count { !$0.0 && $0.1 })
  }
}
