import Faces

/// The votes of all networks on one track, each smoothed in time; who has not voted within a window has no say.
struct TrackVotes: Sendable {
  /// Seconds that a vote counts for.
  static let window = 1.0

  private struct Member: Sendable {
    var smoother = ProbabilitySmoother()
    var probabilities: [Double] { smoother.probabilities }
    var time = -Double.infinity
  }

  private var members: [Member]
  /// Of its last picture.
  private(set) var quality: FaceQuality?

  init(members: Int) { self.members = Array(repeating: Member(), count: members) }

  /// The face is seen once more: the seconds since each network's last vote, infinity where it has given none.
  mutating func look(_ quality: FaceQuality, at time: Double) -> [Double] {
    self.quality = quality
    return members.map { time - $0.time }
  }

  /// Takes in what network `member` says at `time`.
  mutating func add(_ votes: [Double], of member: Int, at time: Double) {
    members[member].smoother.add(votes, at: time)
    members[member].time = time
  }

  /// The mean of those of `chosen` that have voted lately, and how far they are apart: the mean over networks of half the
  /// summed distance to it (0 they agree, 1 as far apart as can be). Nil before the first vote.
  func mean(of chosen: [Int]) -> (probabilities: [Double], disagreement: Double?)? {
    let last = chosen.lazy.map { members[$0].time }.max() ?? -.infinity
    let voters = chosen.lazy.filter { members[$0].time >= last - Self.window && members[$0].time > -.infinity }
    guard let first = voters.first else { return nil }
    var mean = members[first].probabilities
    for voter in voters.dropFirst() {
      for place in mean.indices { mean[place] += members[voter].probabilities[place] }
    }
    for place in mean.indices { mean[place] /= Double(voters.count) }
    return (mean, voters.count > 1 ? disagreement(of: voters, with: mean) : nil)
  }

  private func disagreement(of voters: some Collection<Int>, with mean: [Double]) -> Double {
    let distances = voters.lazy.map { voter in
      zip(members[voter].probabilities, mean).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
    return distances.reduce(0, +) / Double(voters.count)
  }
}
