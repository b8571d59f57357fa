import Core
import Foundation

/// What one model says of every image under every view.
public struct Answers: Sendable {
  /// The model's name.
  public let model: String
  /// Its classes are `labels.names`, in order.
  public let labels: LabelSet
  /// Views of an image.
  public let views: Int
  /// Logits before temperature: images x views x classes, the last fastest.
  public let logits: [Float]
  /// What logits are divided by.
  public let temperature: Double

  /// All fields.
  public init(model: String, labels: LabelSet, views: Int, logits: [Float], temperature: Double = 1) {
    precondition(views > 0 && logits.count % (views * labels.names.count) == 0)
    (self.model, self.labels, self.views, self.logits) = (model, labels, views, logits)
    self.temperature = temperature
  }

  /// Images.
  public var images: Int { logits.count / (views * labels.names.count) }

  /// The mean over the views of what `share` makes of a view's calibrated log-probabilities, by class.
  func mean(_ image: Int, _ share: (Double) -> Double) -> [Double] {
    let classes = labels.names.count
    var sums = [Double](repeating: 0, count: classes)
    for view in 0..<views {
      let start = (image * views + view) * classes
      let logProbabilities = logSoftmax(logits[start..<start + classes].map { Double($0) / temperature })
      for place in 0..<classes { sums[place] += share(logProbabilities[place]) }
    }
    return sums.map { $0 / Double(views) }
  }

  /// The answers of `parts`, one set of images after another, as those of one model.
  /// - Precondition: the parts have labels and views in common.
  static func joined(_ parts: [Answers]) -> Answers {
    precondition(parts.allSatisfy { $0.labels == parts[0].labels && $0.views == parts[0].views })
    // Temperatures may differ from part to part: they are applied here, and the whole has none.
    let logits = parts.flatMap { part in part.logits.map { Float(Double($0) / part.temperature) } }
    return Answers(model: parts[0].model, labels: parts[0].labels, views: parts[0].views, logits: logits)
  }
}

/// Logarithms of the softmax of `logits`.
func logSoftmax(_ logits: [Double]) -> [Double] {
  let most = logits.max()!
  let sum = most + log(logits.reduce(0) { $0 + exp($1 - most) })
  return logits.map { $0 - sum }
}
