/// Decides which networks look at which faces of a frame, so that the cost stays within a budget and every network gets
/// its turn with every face. A pure state machine; the longest wait goes first.
/// Its lists are kept from frame to frame, so that none is allocated.
struct InferenceScheduler: Sendable {
  /// Seconds that the networks may take for a frame; infinity: all look at all.
  var budget: Double
  /// Seconds for a face, of each network, as measured lately; 0 where it is not known yet.
  private(set) var costs: [Double]
  private var turns: [Turn] = []
  private var inferences: [[Int]]

  /// Share of a new measurement in a cost.
  private static let pace = 0.2

  init(members: Int, budget: Double = .infinity) {
    self.budget = budget
    costs = Array(repeating: 0, count: members)
    inferences = Array(repeating: [], count: members)
  }

  /// One network's look at one face.
  private struct Turn: Sendable {
    var face: Int
    var member: Int
    /// Seconds since the network's last prediction on the face.
    var wait: Double
  }

  /// Which of so many `faces` each network is to look at.
  /// - Parameter members: the networks that take part.
  /// - Parameter age: of a face, for a network, the seconds since its last prediction; infinity where it has none.
  mutating func plan(faces: Int, members: [Int], age: (_ face: Int, _ member: Int) -> Double) -> [[Int]] {
    for member in inferences.indices { inferences[member].removeAll(keepingCapacity: true) }
    var spent = 0.0
    order(faces, members, age)
    for turn in turns {
      guard spent == 0 || spent + costs[turn.member] <= budget else { break }
      inferences[turn.member].append(turn.face)
      spent += max(costs[turn.member], .leastNonzeroMagnitude)
    }
    return inferences
  }

  /// Takes in that `member` took `seconds` for `faces` faces.
  mutating func measured(_ member: Int, faces: Int, seconds: Double) {
    let cost = seconds / Double(faces)
    costs[member] = costs[member] == 0 ? cost : costs[member] * (1 - Self.pace) + cost * Self.pace
  }

  /// Faces that nobody has looked at come first, by one network each; then whoever waits longest.
  private mutating func order(_ faces: Int, _ members: [Int], _ age: (Int, Int) -> Double) {
    turns.removeAll(keepingCapacity: true)
    let cheapest = members.min { costs[$0] < costs[$1] }
    for face in 0..<faces {
      let isNew = members.allSatisfy { age(face, $0) == .infinity }
      for member in members {
        let wait = isNew && member == cheapest ? .infinity : min(age(face, member), Self.never)
        turns.append(Turn(face: face, member: member, wait: wait))
      }
    }
    turns.sort { ($1.wait, $0.member, $0.face) < ($0.wait, $1.member, $1.face) }
  }

  /// Stands for a prediction never given, behind faces that nobody has looked at.
  private static let never = 1e9
}
