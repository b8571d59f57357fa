import Foundation

/// What a head should say of each picture of a batch, and how much that counts.
struct Targets {
  let classes: Int
  /// Share of each class in each picture's target, picture after picture; all zeros where nothing is known.
  var shares: [Float]
  /// What the sum of the pictures' losses is divided by.
  var divisor: Float

  /// FER2013's labels: smoothed (Szegedy et al., 2016) and weighed by class as `torch.nn.CrossEntropyLoss` does.
  init(labels: [Int], classes: Int, smoothing: Float, weights: [Float]?) {
    self.classes = classes
    shares = [Float](repeating: 0, count: labels.count * classes)
    for (picture, label) in labels.enumerated() {
      for c in 0..<classes {
        let share = smoothing / Float(classes) + (c == label ? 1 - smoothing : 0)
        shares[picture * classes + c] = share * (weights?[c] ?? 1)
      }
    }
    divisor = weights.map { weights in labels.reduce(0) { $0 + weights[$1] } } ?? Float(labels.count)
  }

  /// People's votes as a distribution; pictures without votes count for nothing.
  init(votes: [[Float]], classes: Int) {
    self.classes = classes
    shares = []
    divisor = 0
    for vote in votes {
      let total = vote.reduce(0, +)
      shares += vote.map { total > 0 ? $0 / total : 0 }
      divisor += total > 0 ? 1 : 0
    }
  }

  /// Each picture's target blended with its partner's (Zhang et al., 2018).
  mutating func mix(_ partners: [Int], share: Float) {
    let own = shares
    for (picture, partner) in partners.enumerated() {
      for c in 0..<classes {
        shares[picture * classes + c] = own[picture * classes + c] * share + own[partner * classes + c] * (1 - share)
      }
    }
  }

  /// Makes `share` of each picture's target what `other` says; pictures without a target stay so.
  mutating func blend(share: Float, with other: (_ picture: Int, _ class: Int) -> Float) {
    for picture in 0..<shares.count / classes {
      let range = picture * classes..<(picture + 1) * classes
      guard shares[range].contains(where: { $0 > 0 }) else { continue }
      for i in range { shares[i] = shares[i] * (1 - share) + other(picture, i - range.lowerBound) * share }
    }
  }

  /// Cross-entropy of `logits` against the targets; writes its gradient, times `weight`, to `gradient`.
  func loss(
    _ logits: UnsafeBufferPointer<Float>, weight: Float, gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let scale = divisor > 0 ? weight / divisor : 0
    var sum = 0.0
    for first in stride(from: 0, to: shares.count, by: classes) {
      sum += pictureLoss(logits, first, scale, gradient)
    }
    return divisor > 0 ? sum / Double(divisor) : 0
  }

  private func pictureLoss(
    _ logits: UnsafeBufferPointer<Float>, _ first: Int, _ scale: Float, _ gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let range = first..<first + classes
    let logSums = logSumExp(logits[range])
    let total = range.reduce(Float(0)) { $0 + shares[$1] }
    var loss = 0.0
    for i in range {
      let logShare = Double(logits[i]) - logSums
      loss -= Double(shares[i]) * logShare
      gradient[i] = scale * (total * Float(exp(logShare)) - shares[i])
    }
    return loss
  }
}

/// Weights by class that make rare ones count as much as frequent ones: pictures over classes times the class's pictures.
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
