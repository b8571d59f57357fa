import Core
import Display
import Glibc
import Media
import Recognition
import Rows

/// What becomes of each picture of `mien live`: drawn on, shown, recorded, told to others.
final class LiveScreen: LiveViewer {
  /// Kept files, in the order in which they were completed.
  private(set) var written: [String] = []
  /// Files that ended before the run.
  private(set) var endedEarly: [String] = []

  private let request: LiveRequest
  private let source: LiveSource
  private let pipeline: LivePipeline
  private let reader: FaceReader
  private let signal: Cancellation
  private var rows: LiveRows?
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
  private var wasQuit = false
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
    panel?.onDisplayLoss { [unowned self] in self.endWithoutDisplay() }
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
    if let rows, !rows.add(seen) { try end(rows) }
    try react(to: watcher.take(seen))
    if request.isDrawn { try hide(frame, result) }
    count += 1
    if count == request.frames { hasEnough = true }
  }

  /// Completes all outputs: under their names where all went `well`, else as partial ones. One that fails keeps no other
  /// from being completed.
  /// - Throws: what went wrong first.
  func finish(well: Bool) throws {
    let isPartial = signal.isCancelled || !well
    var problem: (any Error)?
    func attempt(_ part: () throws -> String?) {
      do { if let name = try part() { written.append(name) } } catch { problem = problem ?? noted(error) }
    }
    attempt {
      if well, let hiding { try draw(hiding.concealer.finish()) }
      return nil
    }
    attempt { try recorder?.finish(interrupted: isPartial) }
    recorder = nil
    attempt { try rows?.finish(interrupted: isPartial, waits: !isPartial && !wasQuit) }
    rows = nil
    attempt {
      try output?.finish()
      return nil
    }
    if let problem { throw problem }
  }

  /// What is kept of a broken output is among what is written.
  private func noted(_ error: any Error) -> any Error {
    guard let broken = error as? BrokenOff else { return error }
    written += broken.kept
    return broken.failure
  }

  /// Xlib ends the program when this returns.
  private func endWithoutDisplay() -> Never {
    source.cancel()
    try? finish(well: false)
    Terminal.complain("mien: \(sentence(for: BrokenOff(DisplayError.displayGone, kept: written)))\n")
    _exit(ExitStatus.failed.rawValue)
  }

  /// Rows that nobody can read any more: a full disk leaves the rest to do, a reader that has gone does not.
  private func end(_ rows: LiveRows) throws {
    guard rows.goToFile else {
      hasEnough = true
      return
    }
    self.rows = nil
    do { if let name = try rows.finish(interrupted: true, waits: false) { written.append(name) } } catch {
      try goOn(without: request.jsonl ?? "", error)
    }
  }

  /// An output has broken off: that is said, and the others go on, where there are any.
  private func goOn(without name: String, _ error: any Error) throws {
    guard panel != nil || rows != nil || output != nil || recorder != nil || !request.events.isEmpty else {
      throw error
    }
    _ = noted(error)
    endedEarly.append(name)
    panel?.complain(error) ?? Terminal.complain("mien: \(sentence(for: error))\n")
  }

  /// Trouble is said once; the window shows it for as long as it lasts.
  private func tellTrouble() {
    let now = source.trouble?()
    if now != trouble, !request.quiet {
      Terminal.complain("mien: \(shown(now?.sentence ?? "\(quoted(source.name)) is back."))\n")
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
    panel?.show(frame, figures)
    if panel?.takeRecordWish() == true { toggleRecording(frame) }
    if let recorder { try add(frame, result, to: recorder) }
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
    if source.hasSound, !request.quiet {
      Terminal.complain("mien: \(shown(path)) has no sound: live records pictures alone.\n")
    }
  }

  private func add(_ frame: any Frame, _ result: FrameResult, to recorder: Recorder) throws {
    do { try recorder.add(frame, result) } catch {
      self.recorder = nil
      panel?.isRecording = false
      try goOn(without: recorder.path, error)
    }
  }

  /// The key r: a new file, or the end of the one under way.
  private func toggleRecording(_ frame: any Frame) {
    do {
      if let recorder {
        try end(recorder)
      } else {
        let name = try Keepsake.write("mkv") { try record($0, like: frame) }
        panel?.say("recording \(name)")
      }
    } catch {
      _ = noted(error)
      panel?.complain(error)
    }
  }

  private func end(_ recorder: Recorder) throws {
    self.recorder = nil
    panel?.isRecording = false
    let name = try recorder.finish(interrupted: false)
    written.append(name)
    panel?.say("recorded \(name)")
  }

  private func act(_ action: WindowAction) throws {
    switch action {
    case .quit: (hasEnough, wasQuit) = (true, true)
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
      if !request.quiet { Terminal.complain("mien: face \(event.track): \(shown(event.rule.text))\n") }
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
    if lost > 0 { lines.append("\(counted(lost, "row")) dropped") }
    if unrecorded > 0 { lines.append("\(counted(unrecorded, "picture")) not recorded") }
    return lines
  }
}
