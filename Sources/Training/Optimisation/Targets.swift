import Foundation

/// What a head should say of each image of a batch, and how much that counts.
struct Targets {
  let classes: Int
  /// Share of each class in each image's target, image after image; all zeros where nothing is known.
  var probabilities: [Float]
  /// What the sum of the images' losses is divided by.
  var divisor: Float

  /// FER2013's labels: smoothed (Szegedy et al., 2016) and weighed by class as `torch.nn.CrossEntropyLoss` does.
  init(labels: [Int], classes: Int, smoothing: Float, weights: [Float]?) {
    self.classes = classes
    probabilities = [Float](repeating: 0, count: labels.count * classes)
    for (image, label) in labels.enumerated() {
      for c in 0..<classes {
        let share = smoothing / Float(classes) + (c == label ? 1 - smoothing : 0)
        probabilities[image * classes + c] = share * (weights?[c] ?? 1)
      }
    }
    divisor = weights.map { weights in labels.reduce(0) { $0 + weights[$1] } } ?? Float(labels.count)
  }

  /// People's votes as a distribution; images without votes count for nothing.
  init(votes: [[Float]], classes: Int) {
    self.classes = classes
    probabilities = []
    divisor = 0
    for vote in votes {
      let total = vote.reduce(0, +)
      probabilities += vote.map { total > 0 ? $0 / total : 0 }
      divisor += total > 0 ? 1 : 0
    }
  }

  /// Each image's target blended with its partner's (Zhang et al., 2018).
  mutating func mix(_ partners: [Int], share: Float) {
    let own = probabilities
    for (image, partner) in partners.enumerated() {
      for c in 0..<classes {
        probabilities[image * classes + c] = own[image * classes + c] * share + own[partner * classes + c] * (1 - share)
      }
    }
  }

  /// Makes `share` of each image's target what `other` says; images without a target stay so.
  mutating func blend(share: Float, with other: (_ image: Int, _ class: Int) -> Float) {
    for image in 0..<probabilities.count / classes {
      let range = image * classes..<(image + 1) * classes
      guard probabilities[range].contains(where: { $0 > 0 }) else { continue }
      for i in range { probabilities[i] = probabilities[i] * (1 - share) + other(image, i - range.lowerBound) * share }
    }
  }

  /// Cross-entropy of `logits` against the targets; writes its gradient, times `weight`, to `gradient`.
  func loss(
    _ logits: UnsafeBufferPointer<Float>, weight: Float, gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let scale = divisor > 0 ? weight / divisor : 0
    var sum = 0.0
    for first in stride(from: 0, to: probabilities.count, by: classes) {
      sum += imageLoss(logits, first, scale, gradient)
    }
    return divisor > 0 ? sum / Double(divisor) : 0
  }

  private func imageLoss(
    _ logits: UnsafeBufferPointer<Float>, _ first: Int, _ scale: Float, _ gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let range = first..<first + classes
    let logSums = logSumExp(logits[range])
    let total = range.reduce(Float(0)) { $0 + probabilities[$1] }
    var loss = 0.0
    for i in range {
      let logShare = Double(logits[i]) - logSums
      loss -= Double(probabilities[i]) * logShare
      gradient[i] = scale * (total * Float(exp(logShare)) - probabilities[i])
    }
    return loss
  }
}

/// Weights by class that make rare ones count as much as frequent ones: images over classes times the class's images.
func balancedWeights(_ labels: [Int], classes: Int) -> [Float] {
  var counts = [Int](repeating: 0, count: classes)
  for label in labels { counts[label] += 1 }
  return counts.map { $0 > 0 ? Float(labels.count) / Float(classes * $0) : 0 }
}

/// Logarithm of the sum of exponentials, without overflow.
private func logSumExp(_ logits: Swift.Slice<UnsafeBufferPointer<Float>>) -> Double {
  let largest = Double(logits.max()!)
  var sum = 0.0
  for logit in logits { sum += exp(Double(logit) - largest) }
  return largest + log(sum)
}
