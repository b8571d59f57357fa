import Core
import Glibc
import Recognition
import Rows

/// Watches a camera, a screen, a file or a stream, and hands what it finds to sinks as it happens.
public final class LiveSession {
  private let context: SessionContext
  private let pipeline: LivePipeline
  private let source: LiveSource
  private let view: LiveView

  /// Makes the controller for a source of that name and shape.
  public typealias ControllerMaker = (_ source: String, _ shape: FrameShape) throws -> any LiveController

  /// Loads the networks, opens the source and all sinks but those that begin with the first frame.
  /// - Parameters:
  ///   - controller: where people look on, if anywhere.
  ///   - sinks: besides those that the request names.
  /// - Throws: what cannot be loaded or opened; `Interrupted` where it was cancelled meanwhile.
  public init(
    _ request: LiveRequest, context: SessionContext = SessionContext(), controller: ControllerMaker? = nil,
    sinks: [any LiveSink] = []
  ) throws {
    self.context = context
    // A reader that goes away is an error of its own, not the end of the process.
    Glibc.signal(SIGPIPE, SIG_IGN)
    (pipeline, source, view) = try context.orInterrupted {
      try LiveSession.opened(request, context, controller, sinks)
    }
  }

  /// Runs until the source ends, it was cancelled, or whoever looks on has seen enough.
  /// - Throws: what went wrong, as `BrokenOff` where something is kept; `Interrupted` for whatever broke off once it was cancelled.
  @discardableResult
  public func run() throws -> LiveSummary {
    try context.orInterrupted {
      let report = try finishing { try pipeline.run(from: source.frames, into: view) }
      return LiveSummary(
        report: report, written: view.outputs.written, endedEarly: view.outputs.endedEarly, camera: source.losses(),
        wasCancelled: context.cancellation.isCancelled)
    }
  }

  private static func opened(
    _ request: LiveRequest, _ context: SessionContext, _ controller: ControllerMaker?, _ own: [any LiveSink]
  ) throws -> (LivePipeline, LiveSource, LiveView) {
    let analysis = try LiveAnalysis(
      request.analysis, rate: request.targetRate, hides: request.hiding != nil, baseline: request.baseline)
    try check(request.events, analysis.reader.labels)
    let cancellation = Cancellation()
    let source = try LiveSource.open(request, cancellation, context)
    context.cancellation.onCancel(source.cancel)
    let pipeline = LivePipeline(
      policy: source.isStill ? .lossless : .live, finder: analysis.finder, reader: analysis.reader,
      mostInferences: request.mostInferences,
      cancellation: cancellation)
    let panel = Delayed()
    let named = try sinks(request, analysis.reader.labels, source, context) { panel.value?.note($0) }
    panel.value = try controller?(source.name, source.shape)
    let all = (panel.value.map { [$0] } ?? []) + named + own
    return (pipeline, source, try LiveView(request, source, pipeline, analysis, context, panel.value, all))
  }

  /// The controller, which is made after sinks that talk to it.
  private final class Delayed { var value: (any LiveController)? }

  /// A rule that can never come true is a slip of the pen.
  private static func check(_ rules: [EventRule], _ labels: LabelSet) throws(LiveError) {
    let known = labels.names + ["uncertain"]
    for rule in rules where !known.contains(rule.expression) {
      throw .unknownExpression(rule.expression, known: known)
    }
  }

  /// Those that `request` names.
  private static func sinks(
    _ request: LiveRequest, _ labels: LabelSet, _ source: LiveSource, _ context: SessionContext,
    note: @escaping (SessionNotice) -> Void
  ) throws -> [any LiveSink] {
    let tell = { (notice: SessionNotice) in
      note(notice)
      context.notify(notice)
    }
    var sinks: [any LiveSink] = []
    if let path = request.record {
      sinks.append(
        try RecordingSink(
          path, request.recording, isAskedByKey: false, sound: source.sound, lacksSound: false,
          hides: request.hiding != nil, context, tell: tell))
    }
    if let address = request.jsonl {
      sinks.append(try RowSink(address, labels: labels, force: request.recording.force, context))
    }
    if !request.events.isEmpty { sinks.append(EventSink(request.events, command: request.command, tell: tell)) }
    if let path = request.output { sinks.append(try VirtualCamera(path)) }
    return sinks
  }

  private func finishing(_ body: () throws -> LiveReport) throws -> LiveReport {
    let outcome = Result(catching: body)
    if case .failure(let error) = outcome {
      try? view.finish(well: false)
      if context.cancellation.isCancelled { throw Interrupted(kept: view.outputs.written) }
      throw kept(error)
    }
    do { try view.finish(well: true) } catch { throw kept(error) }
    return try outcome.get()
  }

  /// An error that names what is kept.
  private func kept(_ error: any Error) -> any Error {
    let (failure, own) = (error as? BrokenOff).map { ($0.failure, $0.kept) } ?? (error, [])
    let files = own + view.outputs.written
    return files.isEmpty ? failure : BrokenOff(failure, kept: files)
  }
}

extension SessionContext {
  /// Whatever breaks off once it was cancelled was broken off by that.
  fileprivate func orInterrupted<Outcome>(_ work: () throws -> Outcome) throws -> Outcome {
    do { return try work() } catch  where cancellation.isCancelled && !(error is Interrupted) {
      throw Interrupted(kept: [])
    }
  }
}
