import Core
import Display
import Media
import Recognition

/// What becomes of each frame of a live session: drawn on, and handed to the sinks.
final class LiveView: LiveViewer {
  /// Who takes results and frames.
  let outputs: LiveOutputs

  private let request: LiveRequest
  private let source: LiveSource
  private let pipeline: LivePipeline
  private let reader: RecognitionStage
  private let context: SessionContext
  private let controller: (any LiveController)?
  /// Where faces are hidden, frames are shown once it is known what to cover in them.
  private let hiding: Hiding?
  private var painter: Painter?
  private var count = 0
  private var hasEnough = false
  private var wasQuit = false
  private var wantsRecord = false
  private var trouble: CameraStatus?
  private var isMirrored: Bool
  private var overlay: OverlayOptions

  /// What takes long (fonts) is done before frames come.
  init(
    _ request: LiveRequest, _ source: LiveSource, _ pipeline: LivePipeline, _ analysis: LiveAnalysis,
    _ context: SessionContext, _ controller: (any LiveController)?, _ sinks: [any LiveSink]
  ) throws {
    (self.request, self.source, self.pipeline) = (request, source, pipeline)
    (reader, isMirrored, overlay) = (analysis.reader, request.mirror, request.overlay)
    (self.context, self.controller) = (context, controller)
    hiding = request.hiding.flatMap { style in analysis.hidingDetector.map { Hiding(style, $0, isLive: true) } }
    outputs = LiveOutputs(sinks) { notice in
      controller?.note(notice)
      context.notify(notice)
    }
    if outputs.takesFrames { painter = try Painter(source.shape, labels: reader.labels, overlay) }
    controller?.onDisplayLoss { [unowned self] in endWithoutDisplay() }
  }

  func attend() throws -> Bool {
    for action in controller?.actions(figures) ?? [] { act(action) }
    tellTrouble()
    guard !context.cancellation.isCancelled, !hasEnough else {
      source.cancel()
      return false
    }
    return true
  }

  func show(_ frame: any Frame, _ result: FrameResult) throws {
    guard controller?.isPaused != true else { return }
    if try !outputs.take(isMirrored ? result.mirrored(width: frame.width) : result) { hasEnough = true }
    if outputs.takesFrames { try hide(frame, result) }
    count += 1
    if count == request.frames { hasEnough = true }
  }

  /// Completes all outputs: under their names where all went `well`, else as partial ones.
  /// - Throws: what went wrong first.
  func finish(well: Bool) throws {
    let isPartial = context.cancellation.isCancelled || !well
    var problem: (any Error)?
    do { if well, let hiding { try draw(hiding.concealer.finish()) } } catch { problem = outputs.noted(error) }
    try outputs.finish(LiveEnding(isPartial: isPartial, waits: !isPartial && !wasQuit))
    if let problem { throw problem }
  }

  private func endWithoutDisplay() -> [String] {
    source.cancel()
    try? finish(well: false)
    return outputs.written
  }

  private func tell(_ notice: SessionNotice) {
    controller?.note(notice)
    context.notify(notice)
  }

  /// Trouble is said once; whoever looks on sees it for as long as it lasts.
  private func tellTrouble() {
    let now = source.trouble?()
    if now != trouble { context.notify(.trouble(now, name: source.name)) }
    trouble = now
  }

  /// What is shown now: this frame, or, where faces are hidden, those before it of which enough is known.
  private func hide(_ frame: any Frame, _ result: FrameResult) throws {
    guard let hiding else { return try draw(frame, result) }
    try draw(hiding.concealer.add(frame, result))
  }

  private func draw(_ frames: [ConcealedFrame]) throws {
    for frame in frames {
      hiding?.cover(frame)
      try draw(frame.frame, frame.result)
    }
  }

  private func draw(_ frame: any Frame, _ result: FrameResult) throws {
    let result = isMirrored ? result.mirrored(width: frame.width) : result
    if isMirrored { frame.mirror() }
    try painter(for: frame).paint(result, on: frame, overlay)
    try outputs.begin(like: frame, rate: source.rate)
    controller?.show(frame, figures)
    if wantsRecord { toggleRecording(frame) }
    try outputs.take(frame, result)
    controller?.isRecording = outputs.recording != nil
  }

  private func painter(for frame: any Frame) throws -> Painter {
    if let painter, painter.fits(frame) { return painter }
    let new = try Painter(FrameShape(frame), labels: reader.labels, overlay)
    painter = new
    return new
  }

  private func figures() -> LiveFigures {
    LiveFigures(
      report: pipeline.report, rate: pipeline.recentRate, droppedRows: outputs.droppedRows,
      unrecorded: outputs.recording?.dropped ?? 0, trouble: source.trouble?())
  }
}

/// What people ask for while it runs.
extension LiveView {
  private func act(_ action: WindowAction) {
    switch action {
    case .quit: (hasEnough, wasQuit) = (true, true)
    case .mirror: isMirrored.toggle()
    case .labels: overlay.isLabelled.toggle()
    case .bars: overlay.bars = overlay.bars.next
    case .pause: source.pause?(controller?.isPaused == true)
    case .record: wantsRecord = true
    case .nextNetwork: tell(.networks(reader.chooseNext()))
    case .baseline:
      reader.rest(for: request.baseline ?? 3)
      tell(.baseline(seconds: request.baseline ?? 3))
    case .fullScreen, .help, .snapshot, .figures: break
    }
  }

  /// A new file, or the end of the one under way. What cannot be done is said, and all else goes on.
  private func toggleRecording(_ frame: any Frame) {
    wantsRecord = false
    do {
      if let recording = outputs.recording {
        if let name = try outputs.end(recording) { tell(.recorded(name)) }
      } else {
        _ = try Keepsake.write("mkv") { try record($0, like: frame) }
      }
    } catch {
      _ = outputs.noted(error)
      tell(.failed(error))
    }
  }

  private func record(_ path: String, like frame: any Frame) throws {
    let sink = try RecordingSink(
      path, request.recording, isAskedByKey: true, lacksSound: source.sound != nil, hides: request.hiding != nil,
      context,
      tell: tell)
    try sink.begin(like: frame, rate: source.rate)
    outputs.add(sink)
  }
}
