import Core
import Faces
import Networks

/// What one look of the networks cost.
struct ReadingCost: Sendable {
  /// Faces seen in the frame.
  var faces = 0
  /// Networks that looked, summed over faces.
  var votes = 0
}

/// The second half of the analysis: networks look at the faces of a track and their mirror images, in turns where there is a budget.
/// Used from one thread; wishes may come from any.
///
/// A voter is a network in one of its views: number `network * views + view`.
public final class FaceReader: Sendable {
  /// What people may ask for while it runs.
  private struct Wishes {
    var members: [Int]
    var rest: Double?
  }

  /// The classes.
  public var labels: LabelSet { jury.labels }
  /// Sides of the crops that the networks need.
  public var cropSizes: [Int] { jury.cropSizes }
  /// Names of the networks.
  public var names: [String] { jury.memberNames }

  private let jury: any ExpressionJury
  private let pool: ThreadPool
  private let clock: any Clock
  private let wishes: Locked<Wishes>
  private let state: OneThread<State>

  fileprivate struct State {
    var planner: TurnPlanner
    var votes: [Int: TrackVotes] = [:]
    var resting: [Int: RestingFace] = [:]
    var rest: Double?
  }

  /// What one network said of its faces.
  fileprivate struct Ballot {
    var member: Int
    /// Places in `Sightings.seen`.
    var faces: [Int]
    /// How it looked at each.
    var views: [Int]
    /// Probabilities of each.
    var votes: [[Double]]
    var seconds: Double
  }

  /// - Parameters:
  ///   - jury: an ensemble made with one thread where it has several networks: they run side by side.
  ///   - threads: networks that run at once.
  ///   - budget: seconds that they may take for a frame on each thread; infinity: all look at all faces.
  ///   - rest: seconds for which a new face is taken to be at rest; nil: faces are judged as they are.
  public init(
    _ jury: any ExpressionJury, threads: Int = 1, budget: Double = .infinity, rest: Double? = nil,
    clock: any Clock = SystemClock()
  ) {
    let members = jury.memberNames.count
    (self.jury, self.clock) = (jury, clock)
    pool = ThreadPool.shared(threads: threads)
    wishes = Locked(Wishes(members: Array(0..<members), rest: nil))
    let planner = TurnPlanner(members: members * jury.views, budget: budget * Double(min(threads, members)))
    state = OneThread(State(planner: planner, rest: rest))
  }

  /// From now on `members` alone have a say.
  public func choose(_ members: [Int]) {
    precondition(!members.isEmpty)
    wishes.withLock { $0.members = members }
  }

  /// All networks have a say, or the next one alone: round and round. Gives the names of those that have it.
  public func chooseNext() -> String {
    let all = Array(names.indices)
    return wishes.withLock { wishes in
      let next = wishes.members == all ? 0 : wishes.members[0] + 1
      wishes.members = next < all.count && all.count > 1 ? [next] : all
      return wishes.members.map { names[$0] }.joined(separator: ", ")
    }
  }

  /// Takes the next `seconds` of all faces as their looks at rest.
  public func rest(for seconds: Double) { wishes.withLock { $0.rest = seconds } }

  /// What is known of each track after `sightings`.
  func read(_ sightings: Sightings) throws -> (readings: [Int: FaceReading], cost: ReadingCost) {
    try state.use { state in
      let members = takeWishes(&state, at: sightings.time)
      state.forget(allBut: sightings.faces)
      let voters = members.flatMap { network in (0..<jury.views).map { network * jury.views + $0 } }
      let ballots = try vote(state.plan(sightings, voters, views: jury.views), sightings.seen)
      state.take(ballots, sightings, views: jury.views)
      let cost = ReadingCost(faces: sightings.seen.count, votes: ballots.reduce(0) { $0 + Set($1.faces).count })
      return (state.readings(sightings, voters, labels), cost)
    }
  }

  private func takeWishes(_ state: inout State, at time: Double) -> [Int] {
    let (members, rest) = wishes.withLock { wishes in
      defer { wishes.rest = nil }
      return (wishes.members, wishes.rest)
    }
    if let rest {
      for track in state.votes.keys { state.resting[track] = RestingFace(labels: labels, at: time, seconds: rest) }
    }
    return members
  }

  /// Every network looks at its faces; networks run side by side on the pool's threads.
  private func vote(_ plan: [[Int]], _ seen: [SeenFace]) throws -> [Ballot] {
    let busy = jury.memberNames.indices.filter { network in
      (0..<jury.views).contains { !plan[network * jury.views + $0].isEmpty }
    }
    guard busy.count > 1 else { return try busy.map { try vote($0, plan, seen) } }
    let ballots = Locked<[Result<Ballot, any Error>]>([])
    pool.run(parts: busy.count) { part, _ in
      let ballot = Result { try vote(busy[part], plan, seen) }
      ballots.withLock { $0.append(ballot) }
    }
    return try ballots.withLock { $0 }.map { try $0.get() }
  }

  /// All looks of one network: it is used by one thread at a time.
  private func vote(_ member: Int, _ plan: [[Int]], _ seen: [SeenFace]) throws -> Ballot {
    let begin = clock.now()
    var (faces, views) = ([Int](), [Int]())
    for view in 0..<jury.views {
      for face in plan[member * jury.views + view] {
        faces.append(face)
        views.append(view)
      }
    }
    let votes = try jury.vote(member, on: faces.map { seen[$0].crops }, views: views)
    return Ballot(member: member, faces: faces, views: views, votes: votes, seconds: clock.now() - begin)
  }
}

extension FaceReader.State {
  mutating func forget(allBut faces: [TrackedFace]) {
    guard votes.contains(where: { track, _ in !faces.contains { $0.track == track } }) else { return }
    votes = votes.filter { track, _ in faces.contains { $0.track == track } }
    resting = resting.filter { track, _ in votes[track] != nil }
  }

  mutating func plan(_ sightings: Sightings, _ members: [Int], views: Int) -> [[Int]] {
    for seen in sightings.seen {
      // Not by a default value: that is made, and thrown away, for faces that are known.
      if votes[seen.face.track] == nil {
        votes[seen.face.track] = TrackVotes(members: planner.costs.count, views: views)
      }
      votes[seen.face.track]?.look(seen.quality)
    }
    return planner.plan(faces: sightings.seen.count, members: members) { [votes] face, member in
      votes[sightings.seen[face].face.track]!.age(of: member, at: sightings.time)
    }
  }

  /// Takes in what the networks said. Tracks do not depend on the order of `ballots`.
  mutating func take(_ ballots: [FaceReader.Ballot], _ sightings: Sightings, views: Int) {
    for ballot in ballots {
      // A mirror image costs what the face itself does.
      for view in 0..<views {
        planner.measured(ballot.member * views + view, faces: ballot.faces.count, seconds: ballot.seconds)
      }
      for place in ballot.faces.indices {
        let track = sightings.seen[ballot.faces[place]].face.track
        votes[track]?.add(
          ballot.votes[place], of: ballot.member * views + ballot.views[place], at: sightings.time)
      }
    }
  }

  mutating func readings(
    _ sightings: Sightings, _ members: [Int], _ labels: LabelSet
  ) -> [Int: FaceReading] {
    var readings = [Int: FaceReading](minimumCapacity: votes.count)
    for (track, votes) in votes {
      guard let mean = votes.mean(of: members) else { continue }
      let probabilities = judged(mean.probabilities, track, at: sightings.time, labels)
      readings[track] = FaceReading(
        probabilities: probabilities, quality: votes.quality, disagreement: mean.disagreement)
    }
    return readings
  }

  private mutating func judged(
    _ probabilities: [Double], _ track: Int, at time: Double, _ labels: LabelSet
  ) -> [Double] {
    if resting[track] == nil, let rest { resting[track] = RestingFace(labels: labels, at: time, seconds: rest) }
    return resting[track]?.judge(probabilities, at: time) ?? probabilities
  }
}

/// State of one thread in something that several threads see.
///
/// `@unchecked Sendable`: its owner promises to use it from one thread at a time.
final class OneThread<State>: @unchecked Sendable {
  private var state: State

  init(_ state: State) { self.state = state }

  func use<Result>(_ body: (inout State) throws -> Result) rethrows -> Result { try body(&state) }
}
