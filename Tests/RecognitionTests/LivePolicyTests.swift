import Testing

@testable import Core
@testable import Faces
@testable import Recognition

extension InferenceScheduler {
  /// `ages` of each face, for each network.
  fileprivate mutating func plan(ages: [[Double]], members: [Int]) -> [[Int]] {
    plan(faces: ages.count, members: members) { ages[$0][$1] }
  }
}

@Suite struct InferenceSchedulerTests {
  private func planner(_ costs: [Double], budget: Double) -> InferenceScheduler {
    var planner = InferenceScheduler(members: costs.count, budget: budget)
    for (member, cost) in costs.enumerated() { planner.measured(member, faces: 1, seconds: cost) }
    return planner
  }

  @Test func withoutABudgetAllLookAtAll() {
    var planner = InferenceScheduler(members: 3)
    let plan = planner.plan(ages: [[1, 1, 1], [1, 1, 1]], members: [0, 1, 2])
    #expect(plan == [[0, 1], [0, 1], [0, 1]])
  }

  @Test func whoeverWaitsLongestGoesFirst() {
    var planner = planner([0.01, 0.01, 0.01], budget: 0.02)
    let plan = planner.plan(ages: [[0.1, 0.3, 0.2]], members: [0, 1, 2])
    #expect(plan == [[], [0], [0]])
  }

  @Test func aNewFaceIsLookedAtOnceByTheCheapestNetwork() {
    let never = Double.infinity
    var planner = planner([0.02, 0.01], budget: 0.01)
    let plan = planner.plan(ages: [[9, 9], [never, never]], members: [0, 1])
    #expect(plan == [[], [1]])
  }

  @Test func aNetworkDearerThanTheBudgetStillGetsItsTurn() {
    var planner = planner([0.001, 0.5], budget: 0.01)
    #expect(planner.plan(ages: [[0.1, 0.2]], members: [0, 1]) == [[], [0]])
    #expect(planner.plan(ages: [[0.2, 0.1]], members: [0, 1]) == [[0], []])
  }

  /// Simulated frames: all prediction within a window, and a frame never costs more than the budget.
  @Test(arguments: [1, 2, 4, 8]) func allVoteWithinAWindow(faces: Int) {
    let (members, cost, budget, step) = (3, 0.004, 0.012, 1 / 30.0)
    var planner = planner(Array(repeating: cost, count: members), budget: budget)
    var last = Array(repeating: Array(repeating: -Double.infinity, count: members), count: faces)
    var longest = 0.0
    for frame in 0..<300 {
      let time = Double(frame) * step
      let plan = planner.plan(ages: last.map { $0.map { time - $0 } }, members: Array(0..<members))
      #expect(Double(plan.reduce(0) { $0 + $1.count }) * cost <= budget + 1e-12)
      for (member, looked) in plan.enumerated() {
        for face in looked {
          if last[face][member] > -.infinity { longest = max(longest, time - last[face][member]) }
          last[face][member] = time
        }
      }
    }
    let turns = (faces * members + 2) / 3
    #expect(longest <= Double(turns + 1) * step + 1e-9)
    #expect(longest < TrackPredictions.window)
  }
}

@Suite struct TrackPredictionsTests {
  private let quality = FaceQuality(
    box: Box(x: 0, y: 0, width: 60, height: 60), crop: (0..<2304).map { UInt8($0 * 37 % 251) }, size: 48)

  @Test func theMeanIsOverThoseWhoVotedLately() throws {
    var predictions = TrackPredictions(members: 2)
    #expect(predictions.mean(of: [0, 1]) == nil)
    predictions.add([1, 0], of: 0, at: 0)
    predictions.add([0, 1], of: 1, at: 0.5)
    #expect(try #require(predictions.mean(of: [0, 1])).probabilities == [0.5, 0.5])
    #expect(try #require(predictions.mean(of: [0])).probabilities == [1, 0])
    predictions.add([0, 1], of: 1, at: 0.5 + TrackPredictions.window)
    #expect(try #require(predictions.mean(of: [0, 1])).disagreement == nil, "the first prediction is too old to count")
  }

  @Test func disagreementGoesFromNoneToAll() throws {
    var predictions = TrackPredictions(members: 2)
    predictions.add([0.7, 0.3], of: 0, at: 0)
    predictions.add([0.7, 0.3], of: 1, at: 0)
    #expect(try #require(predictions.mean(of: [0, 1])?.disagreement) == 0)
    var others = TrackPredictions(members: 2)
    others.add([1, 0], of: 0, at: 0)
    others.add([0, 1], of: 1, at: 0)
    #expect(try #require(others.mean(of: [0, 1])?.disagreement) == 0.5)
  }

  /// A network and its second view are one.
  @Test func viewsOfOneNetworkDoNotDisagree() throws {
    var predictions = TrackPredictions(members: 4, views: 2)
    for (predictor, says) in [[1.0, 0], [0, 1], [0.5, 0.5], [0.5, 0.5]].enumerated() {
      predictions.add(says, of: predictor, at: 0)
    }
    #expect(try #require(predictions.mean(of: [0, 1])).disagreement == nil)
    #expect(try #require(predictions.mean(of: [0, 1, 2, 3])).disagreement == 0)
    predictions.add([0.5, 0.5], of: 2, at: 0.1)
    #expect(try #require(predictions.mean(of: [0, 2, 3])).disagreement! > 0)
  }

  @Test func networksThatDisagreeAreNotBelieved() {
    let face = TrackedFace(
      track: 1, box: Box(x: 0, y: 0, width: 60, height: 60), score: 1, isHeld: false, landmarks: nil)
    var reading = ExpressionEstimate(probabilities: [0.6, 0.4], quality: quality, disagreement: 0.1)
    let labels = LabelSet(["happy", "sad"])
    #expect(ExpressionRule().result(face, reading, labels: labels, scale: 1).expression == "happy")
    reading.disagreement = 0.45
    let result = ExpressionRule().result(face, reading, labels: labels, scale: 1)
    #expect(result.expression == nil && result.reason == .disputed && result.disagreement == 0.45)
  }
}

@Suite struct NeutralBaselineTests {
  private let labels = LabelSet(["happy", "sad", "neutral"])

  @Test func aFaceAtRestReadsAsNeutral() throws {
    var face = try #require(NeutralBaseline(labels: labels, at: 0, seconds: 1))
    let rest = [0.1, 0.6, 0.3]
    for frame in 0..<30 { #expect(face.judge(rest, at: Double(frame) / 30) == rest) }
    let judged = face.judge(rest, at: 2)
    #expect(judged[2] > 0.75 && abs(judged.reduce(0, +) - 1) < 1e-9)
    #expect(face.judge([0.9, 0.05, 0.05], at: 2)[0] > 0.6, "a smile stays one")
    #expect(face.judge([0.01, 0.97, 0.02], at: 2)[1] > 0.5, "much sadder than at rest is sad")
  }

  @Test func withoutANeutralClassThereIsNoRest() {
    #expect(NeutralBaseline(labels: LabelSet(["a", "b"]), at: 0, seconds: 1) == nil)
  }
}

@Suite struct PacedSourceTests {
  @Test func framesComeWhenTheyAreDue() throws {
    let clock = FakeClock()
    let source = PacedSource(ScriptedSource(frames: 10, step: 0.5), clock: clock, cancellation: Cancellation())
    var times: [Double] = []
    while try source.next() != nil { times.append(clock.now()) }
    for (index, time) in times.enumerated() { #expect(abs(time - Double(index) * 0.5) < 1e-9) }
  }

  @Test func aRateReplacesTheTimes() throws {
    let clock = FakeClock()
    let source = PacedSource(
      ScriptedSource(frames: 31, step: 9), rate: 30, clock: clock, cancellation: Cancellation())
    while try source.next() != nil {}
    #expect(abs(clock.now() - 1) < 1e-9)
  }

  @Test func behindTimeItDoesNotHurry() throws {
    let clock = FakeClock()
    let source = PacedSource(ScriptedSource(frames: 9, step: 0.1), clock: clock, cancellation: Cancellation())
    for _ in 0..<3 { _ = try source.next() }
    clock.sleep(until: 5)
    _ = try source.next()
    #expect(clock.now() == 5)
    _ = try source.next()
    #expect(abs(clock.now() - 5.1) < 1e-9)
  }

  @Test func cancellingWakesIt() throws {
    let cancellation = Cancellation()
    cancellation.cancel()
    let clock = FakeClock()
    let source = PacedSource(ScriptedSource(frames: 2, step: 1000), clock: clock, cancellation: cancellation)
    _ = try source.next()
    _ = try source.next()
    #expect(clock.now() < 1)
  }
}

@Suite struct RateMeterTests {
  @Test func countsTheLast() {
    var meter = RateMeter()
    #expect(meter.perSecond == 0)
    for index in 0..<100 { meter.add(Double(index) * (index < 50 ? 0.1 : 0.02)) }
    var steady = RateMeter()
    for index in 0..<100 { steady.add(Double(index) / 30) }
    #expect(abs(steady.perSecond - 30) < 1e-6)
  }
}
