/// What a run of `LivePipeline` did: the window, `--json` and bench read this one value.
public struct LiveReport: Codable, Hashable, Sendable {
  /// Frames shown.
  public var frames: Int
  /// From the first frame to the last.
  public var seconds: Double
  /// Frames shown a second.
  public var fps: Double
  /// Frames that came and were not shown.
  public var dropped: Int
  /// `capture`, `detect`, `recognise`, `draw`. What `detect` dropped are frames that were shown with boxes carried on;
  /// what `recognise` dropped are inferences whose faces kept the expression of the look before.
  public var stages: [StageReport]
  /// From a frame's arrival until it was drawn.
  public var frameLatency: StageReport
  /// From a frame's arrival until its expressions were known.
  public var expressionLatency: StageReport
  /// Mean number of faces at a look of the networks.
  public var faces: Double
  /// Mean number of networks that looked at a face.
  public var networksPerFace: Double
  /// Side in pixels of the smallest faces that are looked for in the last frame; nil where the detector cannot say.
  public var smallestFace: Double?

  enum CodingKeys: String, CodingKey {
    case frames, seconds, fps, dropped, stages, faces
    case frameLatency = "picture_latency"
    case expressionLatency = "expression_latency"
    case networksPerFace = "networks_per_face"
    case smallestFace = "smallest_face"
  }

  /// The stage called `name`.
  public func stage(_ name: String) -> StageReport? { stages.first { $0.name == name } }
}

/// The meters of a run, in memory that does not grow.
struct LiveMeters: Sendable {
  /// A stage, in order.
  enum Stage: Int, CaseIterable, Sendable {
    case capture, detect, recognise, draw
  }

  private var stages = Array(repeating: StageMeter(), count: Stage.allCases.count)
  private var drops = Array(repeating: 0, count: Stage.allCases.count)
  private var frame = StageMeter()
  private var expression = StageMeter()
  private var inferences = 0
  private var cost = ReadingCost()
  /// Of the last frame that was looked at.
  var smallestFace: Double?
  private var first: Double?
  private var last = 0.0
  private var recent = RateMeter()

  /// One frame went through `stage`.
  mutating func add(_ stage: Stage, seconds: Double, depth: Int) {
    stages[stage.rawValue].add(seconds: seconds, depth: depth)
  }

  /// So many frames have been thrown out before `stage` until now.
  mutating func dropped(_ count: Int, before stage: Stage) { drops[stage.rawValue] = count }

  /// A frame that came at `arrival` was drawn at `now`.
  mutating func drawn(arrival: Double, now: Double) {
    frame.add(seconds: now - arrival)
    recent.add(now)
    first = first ?? now
    last = now
  }

  /// The expressions in a frame that came at `arrival` are known at `now`.
  mutating func read(_ cost: ReadingCost, arrival: Double, now: Double) {
    expression.add(seconds: now - arrival)
    inferences += 1
    self.cost.faces += cost.faces
    self.cost.predictions += cost.predictions
  }

  /// Frames shown a second, lately.
  var recentRate: Double { recent.perSecond }

  /// All figures until now.
  var report: LiveReport {
    let seconds = last - (first ?? last)
    let shown = stages[Stage.draw.rawValue].count
    return LiveReport(
      frames: shown, seconds: seconds, fps: seconds > 0 ? Double(shown - 1) / seconds : 0,
      dropped: drops[Stage.draw.rawValue],
      stages: Stage.allCases.map { stages[$0.rawValue].report("\($0)", dropped: drops[$0.rawValue]) },
      frameLatency: frame.report("picture"), expressionLatency: expression.report("expression"),
      faces: inferences == 0 ? 0 : Double(cost.faces) / Double(inferences),
      networksPerFace: cost.faces == 0 ? 0 : Double(cost.predictions) / Double(cost.faces), smallestFace: smallestFace)
  }
}

/// How often something happened lately.
struct RateMeter: Sendable {
  private static let count = 32
  private var times: [Double] = []
  private var next = 0

  mutating func add(_ time: Double) {
    if times.count < Self.count { times.append(time) } else { times[next] = time }
    next = (next + 1) % Self.count
  }

  /// Times a second, over the last 32; 0 before the second.
  var perSecond: Double {
    guard times.count > 1, let first = times.min(), let last = times.max(), last > first else { return 0 }
    return Double(times.count - 1) / (last - first)
  }
}
