/// What is said of one class. Percentages; nil where the class occurs neither as truth nor as answer.
public struct ClassFigures: Encodable, Hashable, Sendable {
  /// The class.
  public let name: String
  /// Images of it.
  public let images: Int
  /// Of the answers that name it, how many are right; 0 where none names it.
  public let precision: Double?
  /// Of its images, how many are named so; 0 where there is none.
  public let recall: Double?
  /// Harmonic mean of both.
  public let f1: Double?

  enum CodingKeys: String, CodingKey {
    case name = "class"
    case images, precision, recall, f1
  }
}

extension ConfusionMatrix {
  /// Each class by itself, with scikit-learn's conventions (`zero_division=0`).
  public var classFigures: [ClassFigures] {
    classes.indices.map { place in
      let right = Double(counts[place][place])
      let truths = counts[place].reduce(0, +)
      let answers = counts.reduce(0) { $0 + $1[place] }
      let precision = answers == 0 ? 0 : right / Double(answers)
      let recall = truths == 0 ? 0 : right / Double(truths)
      let f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
      let occurs = truths + answers > 0
      return ClassFigures(
        name: classes[place], images: truths, precision: occurs ? 100 * precision : nil,
        recall: occurs ? 100 * recall : nil, f1: occurs ? 100 * f1 : nil)
    }
  }

  /// The unweighted mean over the classes that occur, as scikit-learn's `average="macro"`.
  public func macro(_ figure: KeyPath<ClassFigures, Double?>) -> Double {
    let values = classFigures.compactMap { $0[keyPath: figure] }
    return values.reduce(0, +) / Double(max(values.count, 1))
  }
}
