import Core
import Display
import Kernels
import Media
import Recognition

/// What is to be measured.
public struct BenchRequest: Sendable {
  /// The clip.
  public var input: String
  /// Networks and detector.
  public var analysis = AnalysisRequest()
  /// Frames a second of the live part.
  public var rate = 30.0
  /// Length of the live part, in which the clip is played again and again; nil: its own.
  public var seconds: Double?
  /// Frames of each flat-out part; nil: all.
  public var frames: Int?
  /// Also measures how networks and threads scale.
  public var scaling = false

  /// All of a clip.
  public init(input: String) { self.input = input }
}

/// Measures the pipeline on one clip.
public final class BenchSession {
  private let request: BenchRequest
  private let signal: Cancellation
  private let info: MediaInfo

  /// Opens the clip, to see what it is.
  public init(_ request: BenchRequest, context: SessionContext = SessionContext()) throws {
    (self.request, signal) = (request, context.cancellation)
    info = try MediaInput.open(request.input).info
  }

  /// Runs all parts.
  /// - Throws: `Interrupted`, or what went wrong.
  public func figures() throws -> BenchFigures {
    let flat = try flatOut(request.analysis, limit: request.frames)
    let live = try live()
    return BenchFigures(
      input: FileName.shown(request.input), width: info.width, height: info.height, models: request.analysis.models,
      threads: request.analysis.threads, cores: processorCount(), instructionSet: InstructionSet.chosen.name,
      fps: flat.report.fps, stages: flat.report.stages,
      flatOut: flat, live: live, liveRate: request.rate, peakResidentBytes: peakResidentBytes(),
      scaling: request.scaling ? try scaling() : nil)
  }

  /// Every frame, as fast as can be.
  private func flatOut(_ analysis: AnalysisRequest, limit: Int?) throws -> BenchFigures.Run {
    let source = try LoopedSource(request.input, limit: limit ?? .max, loops: limit != nil)
    return try measured(LiveAnalysis(analysis, rate: nil), .lossless, Cancellation()) { _ in source }
  }

  /// At a camera's pace.
  private func live() throws -> BenchFigures.Run {
    let limit = request.seconds.map { Int($0 * request.rate) } ?? .max
    let source = try LoopedSource(request.input, limit: limit, loops: request.seconds != nil)
    return try measured(LiveAnalysis(request.analysis, rate: request.rate), .live, Cancellation()) {
      PacedSource(source, rate: self.request.rate, cancellation: $0)
    }
  }

  private func measured(
    _ analysis: LiveAnalysis, _ policy: QueuePolicy, _ cancellation: Cancellation,
    _ source: (Cancellation) -> any FrameSource
  ) throws -> BenchFigures.Run {
    let pipeline = LivePipeline(
      policy: policy, finder: analysis.finder, reader: analysis.reader, cancellation: cancellation)
    let clock = SystemClock()
    let (begin, spent) = (clock.now(), processorSeconds())
    let report = try pipeline.run(from: source(cancellation), into: BenchViewer(analysis.reader.labels, signal))
    if signal.isCancelled { throw Interrupted(kept: []) }
    let share = (processorSeconds() - spent) / (clock.now() - begin)
    return BenchFigures.Run(report: report, cpuPercent: share * 100, residentBytes: residentBytes())
  }

  /// The first network alone, then one more at a time, each with one thread, two, four, … as many as asked for.
  private func scaling() throws -> [BenchFigures.Scaling] {
    let members = try ModelLibrary().paths(request.analysis.models)
    let threads = sequence(first: 1) { $0 * 2 <= self.request.analysis.threads ? $0 * 2 : nil }
    return try members.indices.flatMap { last in
      try threads.map { count in
        var analysis = request.analysis
        (analysis.models, analysis.threads) = (Array(members[...last]), count)
        let report = try flatOut(analysis, limit: request.frames ?? 100).report
        return BenchFigures.Scaling(
          networks: last + 1, threads: count, fps: report.fps, recogniseP50: report.stage("recognise")!.p50)
      }
    }
  }
}

/// Draws, and shows to nobody.
private final class BenchViewer: LiveViewer {
  private let labels: LabelSet
  private let signal: Cancellation
  private var painter: Painter?

  init(_ labels: LabelSet, _ signal: Cancellation) { (self.labels, self.signal) = (labels, signal) }

  func attend() -> Bool { !signal.isCancelled }

  func show(_ frame: any Frame, _ result: FrameResult) throws {
    if painter?.fits(frame) != true { painter = try Painter(FrameShape(frame), labels: labels, OverlayOptions()) }
    painter!.paint(result, on: frame, OverlayOptions())
  }
}
