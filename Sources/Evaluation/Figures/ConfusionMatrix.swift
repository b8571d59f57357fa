import Foundation

/// How often each class was taken for each other one.
public struct ConfusionMatrix: Hashable, Sendable {
  /// Classes in order.
  public let classes: [String]
  /// Images by true class (rows) and answer (columns).
  public private(set) var counts: [[Int]]

  /// An empty matrix.
  public init(classes: [String]) {
    self.classes = classes
    counts = classes.map { _ in classes.map { _ in 0 } }
  }

  /// A matrix of `counts`, as many rows and columns as classes.
  public init(classes: [String], counts: [[Int]]) {
    precondition(counts.count == classes.count && counts.allSatisfy { $0.count == classes.count })
    (self.classes, self.counts) = (classes, counts)
  }

  /// The matrix of `probabilities`, a row of probabilities an image.
  public init(classes: [String], _ probabilities: some Sequence<[Double]>, truth: some Sequence<Int>) {
    self.init(classes: classes)
    for (row, label) in zip(probabilities, truth) { count(truth: label, answer: ConfusionMatrix.answer(row)) }
  }

  /// Counts one image.
  public mutating func count(truth: Int, answer: Int) { counts[truth][answer] += 1 }

  /// The likeliest class; of equals the first.
  public static func answer(_ row: [Double]) -> Int { row.firstIndex(of: row.max()!)! }

  /// Images.
  public var images: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }
  /// Right answers.
  public var correct: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }
  /// Right answers in percent.
  public var accuracy: Double { 100 * Double(correct) / Double(max(images, 1)) }

  /// The 95 % interval of the accuracy in percent (Wilson, 1927).
  public var interval: ClosedRange<Double> {
    let (n, z) = (Double(max(images, 1)), 1.959964)
    let share = Double(correct) / n
    let centre = share + z * z / (2 * n)
    let spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 100 / (1 + z * z / n)
    return max(0, scale * (centre - spread))...min(100, scale * (centre + spread))
  }
}
