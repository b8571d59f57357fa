import Core
import Media
import Recognition

/// Annotates one input.
final class InputRun {
  private let planned: PlannedInput
  private let request: AnnotateRequest
  private let tools: AnalysisTools
  private let several: Bool
  private let earlier: ResumeIndex.Part?
  private let context: SessionContext
  private let input: MediaInput
  private let output: MediaOutput?

  /// Opens input and output.
  /// - Parameter earlier: the input's rows that are there already.
  init(
    _ planned: PlannedInput, _ request: AnnotateRequest, _ tools: AnalysisTools, several: Bool,
    earlier: ResumeIndex.Part?, _ context: SessionContext
  ) throws {
    (self.planned, self.request, self.tools) = (planned, request, tools)
    (self.several, self.earlier, self.context) = (several, earlier, context)
    let input = try MediaInput.open(planned.input, options: request.inputOptions(context.cancellation))
    self.input = input
    output = try planned.missing.map { path in
      var options = request.outputOptions
      options.whenWaiting = { context.notify(.waiting($0)) }
      return try MediaOutput.create(path, for: input, options: options)
    }
  }

  /// Runs to the end of the input.
  /// - Throws: `Interrupted` or `BrokenOff` with the names of what was kept.
  func run(eachFrame: @escaping (FrameResult) throws -> Void) throws {
    do { try annotate(eachFrame) } catch  where !(error is Interrupted || error is BrokenOff) {
      throw BrokenOff(error, kept: (try? output?.keepPartial()).map { [$0] } ?? [])
    }
    for warning in warnings { context.notify(.warning(input: planned.shown, warning)) }
  }

  private func annotate(_ eachFrame: @escaping (FrameResult) throws -> Void) throws {
    context.notify(.began(input: planned.shown, frames: input.info.frames))
    let sights = Locked(SightTimes())
    let sink = try self.sink { [context, planned] result in
      try eachFrame(result)
      sights.withLock { $0.add(result) }
      context.notify(.frameDone(input: planned.shown))
    }
    // Each frame that waits takes memory, and none is late here: one in each queue will do.
    let outcome = try Pipeline(depth: 1, cancellation: context.cancellation).run(
      from: input, through: analyser(), into: sink)
    try sink.finish()
    context.notify(.ended(input: planned.shown))
    let times = sights.withLock { $0.all() }
    if request.hiding != nil { context.notify(.toLookAt(input: planned.shown, times)) }
    if outcome.cancelled { throw Interrupted(kept: try partials(after: outcome.frames)) }
    if let failure = input.failure { throw BrokenOff(failure, kept: try partials(after: outcome.frames)) }
    try output?.commit()
  }

  /// Keeps what was written until now, if that is anything.
  private func partials(after frames: Int) throws -> [String] {
    guard let output, frames > 0 else { return [] }
    return try output.keepPartial().map { [$0] } ?? []
  }

  private func sink(_ eachFrame: @escaping (FrameResult) throws -> Void) throws -> AnnotateSink {
    let video = try output.map {
      try VideoSink(
        $0, info: input.info, labels: tools.classifier.labels, request.overlay, hiding: hiding, heat: tools.heat)
    }
    return AnnotateSink(faces: request.faces, video: video, eachFrame: eachFrame)
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
