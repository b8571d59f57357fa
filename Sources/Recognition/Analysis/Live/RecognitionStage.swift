import Core
import Faces
import Networks

/// What one look of the networks cost.
struct ReadingCost: Sendable {
  /// Faces seen in the frame.
  var faces = 0
  /// Networks that looked, summed over faces.
  var predictions = 0
}

/// The second half of the analysis: networks look at the faces of a track and their mirror images, in turns where there is a budget.
/// Used from one thread; pendingCommands may come from any.
///
/// A predictor is a network in one of its views: number `network * views + view`.
public final class RecognitionStage: Sendable {
  /// What people may ask for while it runs.
  private struct PendingCommands {
    var members: [Int]
    var rest: Double?
  }

  /// The classes.
  public var labels: LabelSet { ensemble.labels }
  /// Sides of the crops that the networks need.
  public var cropSizes: [Int] { ensemble.cropSizes }
  /// Names of the networks.
  public var names: [String] { ensemble.memberNames }

  private let ensemble: any ExpressionEnsemble
  private let pool: ThreadPool
  private let clock: any Clock
  private let pendingCommands: Locked<PendingCommands>
  private let state: OneThread<State>

  fileprivate struct State {
    var planner: InferenceScheduler
    var predictions: [Int: TrackPredictions] = [:]
    var resting: [Int: NeutralBaseline] = [:]
    var rest: Double?
  }

  /// What one network said of its faces.
  fileprivate struct MemberPredictions {
    var member: Int
    /// Places in `FrameDetections.seen`.
    var faces: [Int]
    /// How it looked at each.
    var views: [Int]
    /// Probabilities of each.
    var predictions: [[Double]]
    var seconds: Double
  }

  /// - Parameters:
  ///   - ensemble: an ensemble made with one thread where it has several networks: they run side by side.
  ///   - threads: networks that run at once.
  ///   - budget: seconds that they may take for a frame on each thread; infinity: all judge all faces.
  ///   - rest: seconds for which a new face is taken to be at rest; nil: faces are judged as they are.
  public init(
    _ ensemble: any ExpressionEnsemble, threads: Int = 1, budget: Double = .infinity, rest: Double? = nil,
    clock: any Clock = SystemClock()
  ) {
    let members = ensemble.memberNames.count
    (self.ensemble, self.clock) = (ensemble, clock)
    pool = ThreadPool.shared(threads: threads)
    pendingCommands = Locked(PendingCommands(members: Array(0..<members), rest: nil))
    let planner = InferenceScheduler(members: members * ensemble.views, budget: budget * Double(min(threads, members)))
    state = OneThread(State(planner: planner, rest: rest))
  }

  /// From now on `members` alone have a say.
  public func choose(_ members: [Int]) {
    precondition(!members.isEmpty)
    pendingCommands.withLock { $0.members = members }
  }

  /// All networks have a say, or the next one alone: round and round. Gives the names of those that have it.
  public func chooseNext() -> String {
    let all = Array(names.indices)
    return pendingCommands.withLock { pendingCommands in
      let next = pendingCommands.members == all ? 0 : pendingCommands.members[0] + 1
      pendingCommands.members = next < all.count && all.count > 1 ? [next] : all
      return pendingCommands.members.map { names[$0] }.joined(separator: ", ")
    }
  }

  /// Takes the next `seconds` of all faces as their neutral baseline.
  public func rest(for seconds: Double) { pendingCommands.withLock { $0.rest = seconds } }

  /// What is known of each track after `detections`.
  func read(_ detections: FrameDetections) throws -> (readings: [Int: ExpressionEstimate], cost: ReadingCost) {
    try state.use { state in
      let members = takePendingCommands(&state, at: detections.time)
      state.forget(allBut: detections.faces)
      let predictors = members.flatMap { network in (0..<ensemble.views).map { network * ensemble.views + $0 } }
      let allPredictions = try predict(state.plan(detections, predictors, views: ensemble.views), detections.seen)
      state.take(allPredictions, detections, views: ensemble.views)
      let cost = ReadingCost(
        faces: detections.seen.count, predictions: allPredictions.reduce(0) { $0 + Set($1.faces).count })
      return (state.readings(detections, predictors, labels), cost)
    }
  }

  private func takePendingCommands(_ state: inout State, at time: Double) -> [Int] {
    let (members, rest) = pendingCommands.withLock { pendingCommands in
      defer { pendingCommands.rest = nil }
      return (pendingCommands.members, pendingCommands.rest)
    }
    if let rest {
      for track in state.predictions.keys {
        state.resting[track] = NeutralBaseline(labels: labels, at: time, seconds: rest)
      }
    }
    return members
  }

  /// Every network looks at its faces; networks run side by side on the pool's threads.
  private func predict(_ plan: [[Int]], _ seen: [DetectedFace]) throws -> [MemberPredictions] {
    let busy = ensemble.memberNames.indices.filter { network in
      (0..<ensemble.views).contains { !plan[network * ensemble.views + $0].isEmpty }
    }
    guard busy.count > 1 else { return try busy.map { try predict($0, plan, seen) } }
    let allPredictions = Locked<[Result<MemberPredictions, any Error>]>([])
    pool.run(parts: busy.count) { part, _ in
      let memberPredictions = Result { try predict(busy[part], plan, seen) }
      allPredictions.withLock { $0.append(memberPredictions) }
    }
    return try allPredictions.withLock { $0 }.map { try $0.get() }
  }

  /// All looks of one network: it is used by one thread at a time.
  private func predict(_ member: Int, _ plan: [[Int]], _ seen: [DetectedFace]) throws -> MemberPredictions {
    let begin = clock.now()
    var (faces, views) = ([Int](), [Int]())
    for view in 0..<ensemble.views {
      for face in plan[member * ensemble.views + view] {
        faces.append(face)
        views.append(view)
      }
    }
    let predictions = try ensemble.predict(member, on: faces.map { seen[$0].crops }, views: views)
    return MemberPredictions(
      member: member, faces: faces, views: views, predictions: predictions, seconds: clock.now() - begin)
  }
}

extension RecognitionStage.State {
  mutating func forget(allBut faces: [TrackedFace]) {
    guard predictions.contains(where: { track, _ in !faces.contains { $0.track == track } }) else { return }
    predictions = predictions.filter { track, _ in faces.contains { $0.track == track } }
    resting = resting.filter { track, _ in predictions[track] != nil }
  }

  mutating func plan(_ detections: FrameDetections, _ members: [Int], views: Int) -> [[Int]] {
    for seen in detections.seen {
      // Not by a default value: that is made, and thrown away, for faces that are known.
      if predictions[seen.face.track] == nil {
        predictions[seen.face.track] = TrackPredictions(members: planner.costs.count, views: views)
      }
      predictions[seen.face.track]?.look(seen.quality)
    }
    return planner.plan(faces: detections.seen.count, members: members) { [predictions] face, member in
      predictions[detections.seen[face].face.track]!.age(of: member, at: detections.time)
    }
  }

  /// Takes in what the networks said. Tracks do not depend on the order of `allPredictions`.
  mutating func take(_ allPredictions: [RecognitionStage.MemberPredictions], _ detections: FrameDetections, views: Int)
  {
    for memberPredictions in allPredictions {
      // A mirror image costs what the face itself does.
      for view in 0..<views {
        planner.measured(
          memberPredictions.member * views + view, faces: memberPredictions.faces.count,
          seconds: memberPredictions.seconds)
      }
      for place in memberPredictions.faces.indices {
        let track = detections.seen[memberPredictions.faces[place]].face.track
        predictions[track]?.add(
          memberPredictions.predictions[place], of: memberPredictions.member * views + memberPredictions.views[place],
          at: detections.time)
      }
    }
  }

  mutating func readings(
    _ detections: FrameDetections, _ members: [Int], _ labels: LabelSet
  ) -> [Int: ExpressionEstimate] {
    var readings = [Int: ExpressionEstimate](minimumCapacity: predictions.count)
    for (track, predictions) in predictions {
      guard let mean = predictions.mean(of: members) else { continue }
      let probabilities = judged(mean.probabilities, track, at: detections.time, labels)
      readings[track] = ExpressionEstimate(
        probabilities: probabilities, quality: predictions.quality, disagreement: mean.disagreement)
    }
    return readings
  }

  private mutating func judged(
    _ probabilities: [Double], _ track: Int, at time: Double, _ labels: LabelSet
  ) -> [Double] {
    if resting[track] == nil, let rest { resting[track] = NeutralBaseline(labels: labels, at: time, seconds: rest) }
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
