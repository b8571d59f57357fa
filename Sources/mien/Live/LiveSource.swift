import Core
import Glibc
import Media
import Recognition

/// Where live pictures come from, and what must be known of them before the first.
struct LiveSource {
  /// The pictures.
  var frames: any FrameSource
  /// What people call it.
  var name: String
  /// Pictures a second, where it is known.
  var rate: Double?
  /// What pictures measure.
  var shape: PictureShape
  /// Stops and goes on; nil where a source cannot be told to.
  var pause: ((Bool) -> Void)?
  /// Why no pictures come, while none do; nil where a source has no such times.
  var trouble: (() -> LiveTrouble?)?
  /// A sentence on what did not arrive whole until now; nil where all did.
  var losses: () -> String? = { nil }
  /// Whether it has sound, which recordings leave out.
  var hasSound = false
  /// One picture: it is looked at before it is shown.
  var isStill = false
  /// Ends a blocking `next`; from any thread.
  var cancel: @Sendable () -> Void

  /// Opens what was asked for: the screen, a camera, a file, or an address.
  static func open(_ request: LiveRequest, _ cancellation: Cancellation) throws -> LiveSource {
    if request.screen { return try screen(request) }
    guard let source = request.source, !isCamera(source) else { return try camera(request) }
    return try recording(source, request, cancellation)
  }

  /// `/dev/videoN`, a number, or a name that is neither a file nor an address.
  private static func isCamera(_ text: String) -> Bool {
    text.hasPrefix("/dev/")
      || text != "-" && access(text, F_OK) != 0 && !text.contains("://") && !text.contains("/")
        && !text.contains(".")
  }

  private static func camera(_ request: LiveRequest) throws -> LiveSource {
    var wish = CameraWish(rate: request.fps ?? 30, format: request.pixelFormat, needsColour: request.isDrawn)
    if let size = request.size { wish.size = CameraSize(width: size.width, height: size.height) }
    let turn = request.analysis.turn
    let camera = try CameraSource(request.source, wish: wish, settings: request.controls, turn: turn)
    if !request.quiet { Terminal.complain("\(shown(camera.description.sentence))\n") }
    return LiveSource(
      frames: camera, name: camera.description.name, rate: camera.description.rate,
      shape: PictureShape(camera.description.size, turn),
      trouble: { LiveTrouble(camera.status, of: camera.description.name) }, losses: { camera.figures.sentence },
      cancel: { camera.cancel() })
  }

  private static func screen(_ request: LiveRequest) throws -> LiveSource {
    guard let display = getenv("DISPLAY").map({ String(cString: $0) }), !display.isEmpty else {
      throw LiveError.noScreen
    }
    let input = try MediaInput.openScreen(
      display, size: request.size, rate: request.fps ?? 30, turn: request.analysis.turn)
    return LiveSource(
      frames: input, name: "screen \(display)", rate: input.info.frameRate, shape: PictureShape(input.info),
      cancel: input.cancel)
  }

  /// What comes from another program may be one, and is given no sooner than its times say.
  private static func isRecording(_ info: MediaInfo) -> Bool {
    !info.isLive || info.duration != nil || info.location == "-" && info.hasTimes
  }

  /// Recordings play at their own pace, wherever they come from; a stream that has no end has one already.
  private static func recording(
    _ location: String, _ request: LiveRequest, _ cancellation: Cancellation
  ) throws -> LiveSource {
    let input = try MediaInput.open(location, options: watching(location, request))
    let paced = !isRecording(input.info) ? nil : PacedSource(input, cancellation: cancellation)
    return LiveSource(
      frames: paced.map { $0 as any FrameSource } ?? input, name: shown(location), rate: input.info.frameRate,
      shape: PictureShape(input.info),
      pause: paced.map { paced in { (isOn: Bool) in paced.pause(isOn) } },
      hasSound: input.info.streams.contains { $0.kind == .audio },
      isStill: input.info.isStill, cancel: { @Sendable in input.cancel() })
  }
}

extension LiveSource {
  /// Whoever looks on waits for a stream that is lost, and sees a single picture for as long as they like.
  private static func watching(_ location: String, _ request: LiveRequest) -> InputOptions {
    var options = InputOptions()
    options.turn = request.analysis.turn
    options.isWatched = true
    options.waiting = { Interruption.onSignal($0) }
    options.reconnections = .max
    options.pictureRate = request.fps ?? options.pictureRate
    options.stillLasts = request.headless ? 0 : .infinity
    options.connectionChanged = { Terminal.complain("\($0.sentence(location))\n") }
    return options
  }
}

/// Size and pixels of pictures.
struct PictureShape: Hashable {
  var width: Int
  var height: Int
  var pixelAspect = 1.0
}

extension PictureShape {
  /// Of a camera's pictures once turned.
  init(_ size: CameraSize, _ turn: Turn) {
    self = turn.isSideways ? Self(width: size.height, height: size.width) : Self(width: size.width, height: size.height)
  }

  init(_ info: MediaInfo) { self.init(width: info.width, height: info.height, pixelAspect: info.pixelAspect) }

  init(_ frame: any Frame) { self.init(width: frame.width, height: frame.height, pixelAspect: frame.pixelAspect) }
}

/// Why no pictures come for the moment.
struct LiveTrouble: Hashable {
  /// For standard error.
  var sentence: String
  /// For the picture.
  var caption: String

  /// How the camera called `name` fares; nil while all is well.
  init?(_ status: CameraStatus, of name: String) {
    guard let sentence = status.sentence(name), let caption = status.caption else { return nil }
    (self.sentence, self.caption) = (sentence, caption)
  }
}

/// Why `mien live` cannot show what it was asked for.
enum LiveError: Error, Hashable {
  /// `--screen` without an X11 display.
  case noScreen
  /// An address for rows that nobody listens at.
  case noReader(String, errno: Int32)
  /// An address for rows that makes no sense.
  case badAddress(String)
  /// Something else is where a socket for rows would be.
  case taken(String)
  /// It went on, but some of what was asked for broke off.
  case endedEarly([String])
  /// The shell cannot be run.
  case noShell(errno: Int32)
}
