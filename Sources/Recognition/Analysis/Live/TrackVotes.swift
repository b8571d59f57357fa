import Faces

/// The votes of all networks on one track, each smoothed in time; who has not voted within a window has no say.
struct TrackVotes: Sendable {
  /// Seconds that a vote counts for.
  static let window = 1.0

  private struct Member: Sendable {
    var smoother = ProbabilitySmoother()
    var probabilities: [Double] { smoother.probabilities }
    var time = -Double.infinity

    /// Whether it has voted within the window before the `last` vote.
    func hasSay(at last: Double) -> Bool { time >= last - TrackVotes.window && time > -.infinity }

    func add(to sums: inout [Double]) {
      for place in sums.indices { sums[place] += probabilities[place] }
    }

    /// Half the summed distance: 0 the same, 1 as far apart as can be.
    func distance(to mean: [Double]) -> Double {
      zip(probabilities, mean).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
  }

  private var members: [Member]
  /// Of its last picture.
  private(set) var quality: FaceQuality?

  init(members: Int) { self.members = Array(repeating: Member(), count: members) }

  /// The face is seen once more.
  mutating func look(_ quality: FaceQuality) { self.quality = quality }

  /// Seconds from network `member`'s last vote to `time`; infinity where it has given none.
  func age(of member: Int, at time: Double) -> Double { time - members[member].time }

  /// Takes in what network `member` says at `time`.
  mutating func add(_ votes: [Double], of member: Int, at time: Double) {
    members[member].smoother.add(votes, at: time)
    members[member].time = time
  }

  /// The mean of those of `chosen` that have voted lately, and how far they are apart: the mean over networks of half the
  /// summed distance to it (0 they agree, 1 as far apart as can be). Nil before the first vote.
  func mean(of chosen: [Int]) -> (probabilities: [Double], disagreement: Double?)? {
    var last = -Double.infinity
    for member in chosen { last = max(last, members[member].time) }
    guard last > -.infinity else { return nil }
    var (mean, voters) = ([Double](), 0.0)
    for member in chosen where members[member].hasSay(at: last) {
      if mean.isEmpty { mean = members[member].probabilities } else { members[member].add(to: &mean) }
      voters += 1
    }
    for place in mean.indices { mean[place] /= voters }
    guard voters > 1 else { return (mean, nil) }
    var apart = 0.0
    for member in chosen where members[member].hasSay(at: last) { apart += members[member].distance(to: mean) }
    return (mean, apart / voters)
  }
}
