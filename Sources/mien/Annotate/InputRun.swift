import Core
import Media
import Recognition

/// Annotates one input.
final class InputRun {
  private let planned: PlannedInput
  private let request: AnnotateRequest
  private let tools: AnalysisTools
  private let rows: [RowsSink]
  private let several: Bool
  private let earlier: EarlierRows.Part?
  private let cancellation: Cancellation
  private let input: MediaInput
  private let output: MediaOutput?

  /// Opens input and output.
  /// - Parameter earlier: the input's rows that are there already.
  init(
    _ planned: PlannedInput, _ request: AnnotateRequest, _ tools: AnalysisTools, rows: [RowsSink], several: Bool,
    earlier: EarlierRows.Part?, _ cancellation: Cancellation
  ) throws {
    (self.planned, self.request, self.tools, self.rows) = (planned, request, tools, rows)
    (self.several, self.earlier, self.cancellation) = (several, earlier, cancellation)
    let input = try MediaInput.open(planned.input, options: request.inputOptions)
    self.input = input
    output = try planned.missing.map { path in
      var options = request.outputOptions
      options.whenWaiting = Terminal.sayWaiting
      return try MediaOutput.create(path, for: input, options: options)
    }
  }

  /// Runs to the end of the input.
  /// - Throws: `Interrupted` or `BrokenOff` with the names of what was kept.
  func run(eachFrame: @escaping (FrameResult) -> Void) throws {
    do { try annotate(eachFrame) } catch  where !(error is Interrupted || error is BrokenOff) {
      throw BrokenOff(error, kept: (try? output?.keepPartial()).map { [$0] } ?? [])
    }
    guard !request.quiet else { return }
    for warning in warnings { Terminal.complain("mien: \(shown(planned.shown)): \(shown(warning.sentence))\n") }
  }

  private func annotate(_ eachFrame: @escaping (FrameResult) -> Void) throws {
    let progress = ProgressLine(shown(planned.shown), total: input.info.frames, quiet: request.quiet)
    let sink = try self.sink {
      eachFrame($0)
      progress.step()
    }
    // Each frame that waits takes memory, and none is late here: one in each queue will do.
    let outcome = try Pipeline(depth: 1, cancellation: cancellation).run(from: input, through: analyser(), into: sink)
    try sink.finish()
    progress.end()
    if outcome.cancelled { throw Interrupted(kept: try partials(after: outcome.frames)) }
    if let failure = input.failure { throw BrokenOff(failure, kept: try partials(after: outcome.frames)) }
    try output?.commit()
  }

  /// Keeps what was written until now, if that is anything.
  private func partials(after frames: Int) throws -> [String] {
    guard let output, frames > 0 else { return [] }
    return try output.keepPartial().map { [$0] } ?? []
  }

  private func sink(_ eachFrame: @escaping (FrameResult) -> Void) throws -> AnnotateSink {
    let labels = tools.classifier.labels
    let video = try output.map {
      try VideoSink($0, info: input.info, labels: labels, hiding: hiding, heat: tools.heat)
    }
    return AnnotateSink(rows: rows, input: several ? planned.shown : nil, video: video, eachFrame: eachFrame)
  }

  private var hiding: Hiding? {
    request.hiding.map { Hiding($0, tools.hidingDetector(for: input.info)) }
  }

  private func analyser() throws -> any FrameAnalyser {
    let crops = try request.crops.map { try CropFolder($0, input: several ? planned.shown : nil, force: request.force) }
    let analyser = FaceAnalyser(
      detector: tools.detector(for: input.info), reader: tools.reader(), every: request.every,
      showCrop: showCrop(crops))
    return try earlier?.resumed(analyser, every: request.every, labels: tools.classifier.labels) ?? analyser
  }

  /// Hands crops to whoever wants them; nil where nobody does.
  private func showCrop(_ folder: CropFolder?) -> ((ShownCrop) throws -> Void)? {
    let heat = output == nil ? nil : tools.heat
    if folder == nil, heat == nil { return nil }
    return { crop in
      heat?.remember(crop)
      try folder?.write(crop)
    }
  }

  private var warnings: [MediaWarning] { input.warnings + (output?.warnings ?? []) }
}

/// An input that did not come to its end: what was done of it is kept.
struct BrokenOff: Error {
  var failure: any Error
  /// Files that hold what was done.
  var kept: [String]

  init(_ failure: any Error, kept: [String]) { (self.failure, self.kept) = (failure, kept) }

  /// An output takes nothing more, so that the other inputs would fail, too.
  var isOfOutput: Bool {
    if case MediaError.diskFull = failure { return true }
    return failure is OutputFileError || failure is TerminalError
  }
}
