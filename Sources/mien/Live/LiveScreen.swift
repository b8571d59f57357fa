import Display
import Media
import Recognition

/// What becomes of each picture of `mien live`: drawn on, shown, recorded, told to others.
final class LiveScreen: LiveViewer {
  /// Kept files, in the order in which they were completed.
  private(set) var written: [String] = []

  private let request: LiveRequest
  private let source: LiveSource
  private let pipeline: LivePipeline
  private let reader: FaceReader
  private let signal: Cancellation
  private let rows: LiveRows?
  private let runner: EventRunner?
  private var output: DetachedSink?
  private let panel: ControlPanel?
  /// Where faces are hidden, pictures are shown once it is known what to cover in them.
  private let hiding: Hiding?
  private var watcher: EventWatcher
  private var painter: Painter?
  private var recorder: Recorder?
  private var count = 0
  /// Outputs that take their size from the first picture are open.
  private var hasBegun = false
  private var hasEnough = false
  private var trouble: LiveTrouble?
  private var isMirrored: Bool

  /// Opens the window and all outputs but those that begin with the first picture. What takes long (fonts, a window) is
  /// done before pictures come.
  init(
    _ request: LiveRequest, _ source: LiveSource, _ pipeline: LivePipeline, _ analysis: LiveAnalysis,
    _ signal: Cancellation
  ) throws {
    (self.request, self.source, self.pipeline) = (request, source, pipeline)
    let reader = analysis.reader
    (self.reader, self.signal, isMirrored) = (reader, signal, request.mirror)
    hiding = request.hiding.flatMap { style in analysis.hidingDetector.map { Hiding(style, $0, isLive: true) } }
    rows = try request.jsonl.map { try LiveRows($0, labels: reader.labels, force: request.recording.force) }
    if let path = request.output { try CameraOutput.check(path) }
    runner = request.command.map(EventRunner.init)
    watcher = EventWatcher(request.events)
    panel =
      request.headless ? nil : try ControlPanel(title: source.name, shape: source.shape, scale: request.scale)
    if request.isDrawn { painter = try Painter(source.shape, labels: reader.labels) }
  }

  func attend() throws -> Bool {
    for action in panel?.attend(figures) ?? [] { try act(action) }
    tellTrouble()
    guard !signal.isCancelled, !hasEnough else {
      source.cancel()
      return false
    }
    return true
  }

  func show(_ frame: any Frame, _ result: FrameResult) throws {
    guard panel?.isPaused != true else { return }
    let seen = isMirrored ? result.mirrored(width: frame.width) : result
    if let rows, !rows.add(seen) { hasEnough = true }
    try react(to: watcher.take(seen))
    if request.isDrawn { try hide(frame, result) }
    count += 1
    if count == request.frames { hasEnough = true }
  }

  /// Completes all outputs: under their names where all went `well`, else as partial ones.
  func finish(well: Bool) throws {
    let isPartial = signal.isCancelled || !well
    if well, let hiding { try draw(hiding.concealer.finish()) }
    if let name = try recorder?.finish(interrupted: isPartial) { written.append(name) }
    recorder = nil
    if let name = try rows?.finish(interrupted: isPartial) { written.append(name) }
    try output?.finish()
  }

  /// Trouble is said once; the window shows it for as long as it lasts.
  private func tellTrouble() {
    let now = source.trouble?()
    if now != trouble, !request.quiet {
      Terminal.complain("mien: \(now?.sentence ?? "\(quoted(source.name)) is back.")\n")
    }
    trouble = now
  }

  /// What is shown now: this picture, or, where faces are hidden, those before it of which enough is known.
  private func hide(_ frame: any Frame, _ result: FrameResult) throws {
    guard let hiding else { return try draw(frame, result) }
    try draw(hiding.concealer.add(frame, result))
  }

  private func draw(_ frames: [ConcealedFrame]) throws {
    for frame in frames {
      hiding?.hider.hide(frame.covers, on: frame.frame)
      try draw(frame.frame, frame.result)
    }
  }

  private func draw(_ frame: any Frame, _ result: FrameResult) throws {
    let result = isMirrored ? result.mirrored(width: frame.width) : result
    if isMirrored { frame.mirror() }
    try painter(for: frame).paint(result, on: frame)
    if !hasBegun { try begin(like: frame) }
    try panel?.show(frame, figures)
    if panel?.takeRecordWish() == true { try toggleRecording(frame) }
    try recorder?.add(frame, result)
    try output?.consume(frame, result)
  }

  private func painter(for frame: any Frame) throws -> Painter {
    if let painter, painter.fits(frame) { return painter }
    let new = try Painter(PictureShape(frame), labels: reader.labels)
    painter = new
    return new
  }

  /// What takes its size from the first picture.
  private func begin(like frame: any Frame) throws {
    hasBegun = true
    output = try request.output.map { try LiveOutput.open($0, like: frame, rate: source.rate) }
    if let path = request.record { try record(path, like: frame) }
  }

  private func record(_ path: String, like frame: any Frame) throws {
    recorder = try Recorder(path, like: frame, rate: source.rate ?? 30, request.recording)
    panel?.isRecording = true
  }

  /// The key r: a new file, or the end of the one under way.
  private func toggleRecording(_ frame: any Frame) throws {
    guard let recorder else { return try record(timedName("mkv"), like: frame) }
    self.recorder = nil
    panel?.isRecording = false
    let name = try recorder.finish(interrupted: false)
    written.append(name)
    panel?.say("recorded \(name)")
  }

  private func act(_ action: WindowAction) throws {
    switch action {
    case .quit: hasEnough = true
    case .mirror: isMirrored.toggle()
    case .pause: source.pause?(panel?.isPaused == true)
    case .nextNetwork: panel?.say("networks: \(reader.chooseNext())")
    case .baseline:
      reader.rest(for: request.baseline ?? 3)
      panel?.say("rest your face for \(oneDecimal(request.baseline ?? 3)) s")
    case .fullScreen, .help, .record, .snapshot: break
    }
  }

  private func react(to events: [LiveEvent]) throws {
    for event in events {
      if !request.quiet { Terminal.complain("mien: face \(event.track): \(event.rule.text)\n") }
      panel?.say("face \(event.track): \(event.rule.text)")
      try runner?.run(event)
    }
  }

  private func figures() -> LiveFigures {
    LiveFigures(
      report: pipeline.report, rate: pipeline.recentRate, lost: rows?.dropped ?? 0, unrecorded: recorder?.dropped ?? 0,
      trouble: source.trouble?()?.caption)
  }
}

/// What the window and the terminal say while it runs.
struct LiveFigures {
  var report: LiveReport
  /// Pictures a second, lately.
  var rate: Double
  /// Rows that did not get through.
  var lost: Int
  /// Pictures that are not in the recording.
  var unrecorded: Int
  /// Why no pictures come.
  var trouble: String?

  /// In lines.
  var lines: [String] {
    let detect = report.stage("detect")
    let looks = report.seconds > 0 ? Double(detect?.count ?? 0) / report.seconds : 0
    var lines = [
      "\(oneDecimal(rate)) fps, \(oneDecimal(report.pictureLatency.p50)) ms, \(report.dropped) dropped",
      "\(oneDecimal(looks)) looks/s, \(oneDecimal(report.networksPerFace)) networks a face",
    ]
    if let trouble { lines.insert(trouble, at: 0) }
    if lost > 0 { lines.append("\(lost) rows dropped") }
    if unrecorded > 0 { lines.append("\(unrecorded) pictures not recorded") }
    return lines
  }
}
