import Core
import Glibc
import Media
import Recognition

/// Where live frames come from, and what must be known of them before the first.
struct LiveSource {
  /// The frames.
  var frames: any FrameSource
  /// What people call it.
  var name: String
  /// Frames a second, where it is known.
  var rate: Double?
  /// What frames measure.
  var shape: FrameShape
  /// Stops and goes on; nil where a source cannot be told to.
  var pause: ((Bool) -> Void)?
  /// Why no frames come, while none do; nil where a source has no such times.
  var trouble: (() -> CameraStatus?)?
  /// What a camera lost until now; nil for other sources.
  var losses: () -> CameraFigures? = { nil }
  /// The input, where it has sound that a recording can take along.
  var sound: MediaInput?
  /// One frame: it is looked at before it is shown.
  var isStill = false
  /// Ends a blocking `next`; from any thread.
  var cancel: @Sendable () -> Void

  /// Opens what was asked for: the screen, a camera, a file, or an address; waits for one that is not there yet where
  /// that was asked for.
  static func open(
    _ request: LiveRequest, _ cancellation: Cancellation, _ context: SessionContext
  ) throws -> LiveSource {
    var isSaid = false
    while true {
      do { return try openNow(request, cancellation, context) } catch  where request.waits {
        if context.cancellation.isCancelled { throw error }
        if !isSaid { context.notify(.awaited(error)) }
        isSaid = true
        pause(context.cancellation)
      }
    }
  }

  /// A second, or until cancelled.
  private static func pause(_ cancellation: Cancellation) {
    let (clock, slices) = (SystemClock(), 50)
    for _ in 0..<slices where !cancellation.isCancelled { clock.sleep(until: clock.now() + 1 / Double(slices)) }
  }

  private static func openNow(
    _ request: LiveRequest, _ cancellation: Cancellation, _ context: SessionContext
  ) throws -> LiveSource {
    if request.screen { return try screen(request) }
    guard let source = request.source, !isCamera(source) else { return try camera(request, context) }
    return try recording(source, request, cancellation, context)
  }

  /// `/dev/videoN`, a number, or a name that is neither a file nor an address.
  private static func isCamera(_ text: String) -> Bool {
    text.hasPrefix("/dev/")
      || text != "-" && access(text, F_OK) != 0 && !text.contains("://") && !text.contains("/")
        && !text.contains(".")
  }

  private static func camera(_ request: LiveRequest, _ context: SessionContext) throws -> LiveSource {
    var capture = CaptureRequest(rate: request.fps ?? 30, format: request.pixelFormat, needsColour: request.isDrawn)
    if let size = request.size { capture.size = CameraSize(width: size.width, height: size.height) }
    let turn = request.analysis.turn
    let camera = try CameraSource(request.source, request: capture, settings: request.controls, turn: turn)
    context.notify(.camera(camera.description))
    return LiveSource(
      frames: camera, name: camera.description.name, rate: camera.description.rate,
      shape: FrameShape(camera.description.size, turn),
      trouble: { camera.status.isWell ? nil : camera.status }, losses: { camera.figures },
      cancel: { camera.cancel() })
  }

  private static func screen(_ request: LiveRequest) throws -> LiveSource {
    guard let display = getenv("DISPLAY").map({ String(cString: $0) }), !display.isEmpty else {
      throw LiveError.noScreen
    }
    let input = try MediaInput.openScreen(
      display, size: request.size, rate: request.fps ?? 30, turn: request.analysis.turn)
    return LiveSource(
      frames: input, name: "screen \(display)", rate: input.info.frameRate, shape: FrameShape(input.info),
      cancel: input.cancel)
  }

  /// What comes from another program may be one, and is given no sooner than its times say.
  private static func isRecording(_ info: MediaInfo) -> Bool {
    !info.isLive || info.duration != nil || info.location == "-" && info.hasTimes
  }

  /// Recordings play at their own pace, wherever they come from; a stream that has no end has one already.
  private static func recording(
    _ location: String, _ request: LiveRequest, _ cancellation: Cancellation, _ context: SessionContext
  ) throws -> LiveSource {
    let input = try MediaInput.open(location, options: watching(location, request, context))
    let paced = !isRecording(input.info) ? nil : PacedSource(input, cancellation: cancellation)
    return LiveSource(
      frames: paced.map { $0 as any FrameSource } ?? input, name: PrintableText.line(location),
      rate: input.info.frameRate,
      shape: FrameShape(input.info),
      pause: paced.map { paced in { (isOn: Bool) in paced.pause(isOn) } },
      sound: input.info.isStill || !input.info.streams.contains { $0.kind == .audio } ? nil : input,
      isStill: input.info.isStill, cancel: { @Sendable in input.cancel() })
  }
}

extension LiveSource {
  /// Whoever looks on waits for a stream that is lost, and sees a single image for as long as they like.
  private static func watching(
    _ location: String, _ request: LiveRequest, _ context: SessionContext
  ) -> InputOptions {
    var options = InputOptions()
    options.turn = request.analysis.turn
    options.isWatched = true
    options.waiting = { context.cancellation.onCancel($0) }
    options.reconnections = .max
    options.frameRateOfImages = request.fps ?? options.frameRateOfImages
    options.stillLasts = request.isShown ? .infinity : 0
    options.connectionChanged = { context.notify(.connection($0, location: location)) }
    return options
  }
}
