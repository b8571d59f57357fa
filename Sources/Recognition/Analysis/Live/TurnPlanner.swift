/// Decides which networks look at which faces of a frame, so that the cost stays within a budget and every network gets
/// its turn with every face. A pure state machine; the longest wait goes first.
struct TurnPlanner: Sendable {
  /// Seconds that the networks may take for a frame; infinity: all look at all.
  var budget: Double
  /// Seconds for a face, of each network, as measured lately; 0 where it is not known yet.
  private(set) var costs: [Double]

  /// Share of a new measurement in a cost.
  private static let pace = 0.2

  init(members: Int, budget: Double = .infinity) {
    self.budget = budget
    costs = Array(repeating: 0, count: members)
  }

  /// One network's look at one face.
  private struct Turn {
    var face: Int
    var member: Int
    /// Seconds since the network's last vote on the face.
    var wait: Double
  }

  /// The faces that each network is to look at.
  /// - Parameter ages: of each face, for each network, the seconds since its last vote; infinity where it has none.
  /// - Parameter members: the networks that take part.
  func plan(ages: [[Double]], members: [Int]) -> [[Int]] {
    var faces = [[Int]](repeating: [], count: costs.count)
    var spent = 0.0
    for turn in order(ages, members) {
      guard spent == 0 || spent + costs[turn.member] <= budget else { break }
      faces[turn.member].append(turn.face)
      spent += max(costs[turn.member], .leastNonzeroMagnitude)
    }
    return faces
  }

  /// Takes in that `member` took `seconds` for `faces` faces.
  mutating func measured(_ member: Int, faces: Int, seconds: Double) {
    let cost = seconds / Double(faces)
    costs[member] = costs[member] == 0 ? cost : costs[member] * (1 - Self.pace) + cost * Self.pace
  }

  /// Faces that nobody has looked at come first, by one network each; then whoever waits longest.
  private func order(_ ages: [[Double]], _ members: [Int]) -> [Turn] {
    var turns: [Turn] = []
    turns.reserveCapacity(ages.count * members.count)
    for face in ages.indices {
      for member in members { turns.append(Turn(face: face, member: member, wait: wait(face, member, ages, members))) }
    }
    turns.sort { ($1.wait, $0.member, $0.face) < ($0.wait, $1.member, $1.face) }
    return turns
  }

  private func wait(_ face: Int, _ member: Int, _ ages: [[Double]], _ members: [Int]) -> Double {
    let age = min(ages[face][member], Self.never)
    let isNew = members.allSatisfy { ages[face][$0] == .infinity }
    return isNew && member == members.min(by: { costs[$0] < costs[$1] }) ? .infinity : age
  }

  /// Stands for a vote never given, behind faces that nobody has looked at.
  private static let never = 1e9
}
