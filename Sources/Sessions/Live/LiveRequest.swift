import Display
import Media
import Rows

/// What a live session watches, and what becomes of it.
public struct LiveRequest: Sendable {
  /// A device, file or address; nil: the first camera.
  public var source: String?
  /// Size of the camera's frames, or of the part of the screen.
  public var size: (width: Int, height: Int)?
  /// Frames a second that the camera, the screen or numbered images give.
  public var fps: Double?
  /// The camera's pixel format; nil: the cheapest that is read.
  public var pixelFormat: FourCC?
  /// The camera's controls.
  public var controls = CameraSettings()
  /// Watches the screen (X11).
  public var screen = false
  /// Networks and detector.
  public var analysis = AnalysisRequest()
  /// Somebody looks on: a single image stays until they have seen enough.
  public var isShown = false
  /// Ends after so many frames.
  public var frames: Int?
  /// Left and right turned around.
  public var mirror = false
  /// How often a second the networks are to judge: fewer of them judge at once.
  public var targetRate = 30.0
  /// Seconds of a new face that are taken as its neutral baseline; nil: none is taken.
  public var baseline: Double?
  /// Where rows go as JSON lines: a file, `-`, `unix:PATH` or `tcp:HOST:PORT`.
  public var jsonl: String?
  /// The annotated video.
  public var record: String?
  /// How it is written.
  public var recording = RecordingRequest()
  /// A virtual camera that gets the annotated video.
  public var output: String?
  /// What to wait for.
  public var events: [EventRule] = []
  /// A shell command for each event.
  public var command: String?
  /// How faces are made unrecognisable, where they are to be.
  public var hiding: HidingRequest?
  /// What is drawn.
  public var overlay = OverlayOptions()
  /// Most inferences a second: fewer frames are looked at; nil: as many as there is time for.
  public var mostInferences: Double?
  /// Waits for a source that cannot be opened yet.
  public var waits = false

  /// The first camera; what becomes of it is still to be asked for.
  public init() {}

  /// Whether anybody sees the frames.
  public var isDrawn: Bool { isShown || record != nil || output != nil }
}

/// How a recording is written.
public struct RecordingRequest: Sendable {
  /// FFmpeg's name; nil: by the file's name.
  public var codec: String?
  /// 0 (small) to 100 (best).
  public var quality = 80
  /// Overwrites a file that is there.
  public var force = false

  /// The usual codec and quality.
  public init() {}
}
