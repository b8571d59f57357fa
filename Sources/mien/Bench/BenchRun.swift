import Core
import Kernels
import Media
import Recognition

/// What `mien bench` was asked for.
struct BenchRequest {
  var input: String
  var analysis: AnalysisRequest
  var rate: Double
  var seconds: Double?
  var frames: Int?
  var scaling: Bool
}

/// Measures the pipeline on one clip.
final class BenchRun {
  private let request: BenchRequest
  private let signal = Interruption.cancellation()
  private let info: MediaInfo

  init(_ request: BenchRequest) throws {
    self.request = request
    info = try MediaInput.open(request.input).info
  }

  /// Runs all parts.
  /// - Throws: `Interrupted`, or what went wrong.
  func figures() throws -> BenchFigures {
    let flat = try flatOut(request.analysis, limit: request.frames)
    let live = try live()
    return BenchFigures(
      input: FileName.shown(request.input), width: info.width, height: info.height, models: request.analysis.models,
      threads: request.analysis.threads, cores: processorCount(), instructionSet: InstructionSet.chosen.name,
      fps: flat.report.fps, stages: flat.report.stages,
      flatOut: flat, live: live, liveRate: request.rate, peakResidentBytes: peakResidentBytes(),
      scaling: request.scaling ? try scaling() : nil)
  }

  /// Every picture, as fast as can be.
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

/// A clip from its beginning to its end, and again; frames are numbered on and times go on.
final class LoopedSource: FrameSource {
  private let location: String
  private let limit: Int
  private let loops: Bool
  private var input: MediaInput
  private var given = 0
  private var offset = 0.0
  private var end = 0.0

  /// Opens the clip.
  init(_ location: String, limit: Int, loops: Bool) throws {
    (self.location, self.limit, self.loops) = (location, limit, loops)
    input = try MediaInput.open(location)
  }

  func next() throws -> (any Frame)? {
    guard given < limit else { return nil }
    if let frame = try input.next() { return numbered(frame) }
    guard loops else { return nil }
    input = try MediaInput.open(location)
    offset = end
    return try input.next().map(numbered)
  }

  private func numbered(_ frame: any Frame) -> any Frame {
    let frame = frame as! MediaFrame
    frame.renumber(index: given, time: frame.time + offset)
    end = frame.time + 1 / (input.info.frameRate ?? 30)
    given += 1
    return frame
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
    if painter?.fits(frame) != true { painter = try Painter(PictureShape(frame), labels: labels) }
    painter!.paint(result, on: frame)
  }
}
