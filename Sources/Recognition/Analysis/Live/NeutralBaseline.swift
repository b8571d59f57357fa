import Core

/// A face's own neutral baseline, and expressions judged against it: a mouth that always turns down is not sad for that.
///
/// For a while the mean of what the networks say is taken as this face's neutral. After it every class is weighed by what a
/// neutral face should get over what this one got at rest, within bounds, so that the resting face reads as neutral.
struct NeutralBaseline: Sendable {
  /// What a neutral face should get of the class neutral; the others share the rest.
  private static let share = 0.8
  /// Bounds of a class's weight.
  private static let reach = 16.0

  private let neutral: Int
  private let end: Double
  private var sums: [Double] = []
  private var count = 0.0

  /// Rests from `time` on for `seconds`; nil where the classes have no neutral one.
  init?(labels: LabelSet, at time: Double, seconds: Double) {
    guard let neutral = labels.names.firstIndex(of: "neutral") else { return nil }
    (self.neutral, end) = (neutral, time + seconds)
  }

  /// Whether the neutral baseline is still being taken.
  func isResting(at time: Double) -> Bool { time < end || count == 0 }

  /// `probabilities` judged against the resting face; as they are while it is being taken.
  mutating func judge(_ probabilities: [Double], at time: Double) -> [Double] {
    guard isResting(at: time) else { return weighed(probabilities) }
    if sums.isEmpty { sums = probabilities } else { for i in sums.indices { sums[i] += probabilities[i] } }
    count += 1
    return probabilities
  }

  private func weighed(_ probabilities: [Double]) -> [Double] {
    let other = (1 - Self.share) / Double(max(probabilities.count - 1, 1))
    var result = probabilities
    for place in result.indices {
      let wanted = place == neutral ? Self.share : other
      result[place] *= min(max(wanted / max(sums[place] / count, 1e-6), 1 / Self.reach), Self.reach)
    }
    let sum = result.reduce(0, +)
    return sum > 0 ? result.map { $0 / sum } : probabilities
  }
}
