import Faces

/// The predictions of all networks on one track, each smoothed in time; who has not predicted within a window has no say.
struct TrackPredictions: Sendable {
  /// Seconds that a prediction counts for.
  static let window = 1.0

  private struct Member: Sendable {
    var smoother = ProbabilitySmoother()
    var probabilities: [Double] { smoother.probabilities }
    var time = -Double.infinity

    /// Whether it has predicted within the window before the `last` prediction.
    func hasSay(at last: Double) -> Bool { time >= last - TrackPredictions.window && time > -.infinity }

    func add(to sums: inout [Double]) {
      for place in sums.indices { sums[place] += probabilities[place] }
    }
  }

  private var members: [Member]
  /// Ways in which each network looks: predictor `network * views + view` is one of them.
  private let views: Int
  /// Of its last frame.
  private(set) var quality: FaceQuality?

  init(members: Int, views: Int = 1) {
    (self.members, self.views) = (Array(repeating: Member(), count: members), views)
  }

  /// The face is seen once more.
  mutating func look(_ quality: FaceQuality) { self.quality = quality }

  /// Seconds from network `member`'s last prediction to `time`; infinity where it has given none.
  func age(of member: Int, at time: Double) -> Double { time - members[member].time }

  /// Takes in what network `member` says at `time`.
  mutating func add(_ predictions: [Double], of member: Int, at time: Double) {
    members[member].smoother.add(predictions, at: time)
    members[member].time = time
  }

  /// The mean of those of `chosen`, ascending, that have predicted lately, and how far their networks are apart: the mean over networks of
  /// half the summed distance to it (0 they agree, 1 as far apart as can be). Nil before the first prediction.
  func mean(of chosen: [Int]) -> (probabilities: [Double], disagreement: Double?)? {
    var last = -Double.infinity
    for member in chosen { last = max(last, members[member].time) }
    guard last > -.infinity else { return nil }
    let mean = mean(of: chosen[...], at: last)!
    guard chosen[0] / views < chosen[chosen.count - 1] / views else { return (mean, nil) }
    return (mean, disagreement(of: chosen, with: mean, at: last))
  }

  /// Of those that have a say; nil where none has.
  private func mean(of chosen: ArraySlice<Int>, at last: Double) -> [Double]? {
    var (mean, predictors) = ([Double](), 0.0)
    for member in chosen where members[member].hasSay(at: last) {
      if mean.isEmpty { mean = members[member].probabilities } else { members[member].add(to: &mean) }
      predictors += 1
    }
    for place in mean.indices { mean[place] /= predictors }
    return mean.isEmpty ? nil : mean
  }

  /// Nil where one network alone has a say.
  private func disagreement(of chosen: [Int], with mean: [Double], at last: Double) -> Double? {
    var (apart, networks, begin) = (0.0, 0.0, 0)
    while begin < chosen.count {
      let network = chosen[begin] / views
      let end = chosen[begin...].firstIndex { $0 / views != network } ?? chosen.count
      if let own = self.mean(of: chosen[begin..<end], at: last) {
        apart += Self.distance(own, mean)
        networks += 1
      }
      begin = end
    }
    return networks > 1 ? apart / networks : nil
  }

  /// Half the summed distance: 0 the same, 1 as far apart as can be.
  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
  }
}
