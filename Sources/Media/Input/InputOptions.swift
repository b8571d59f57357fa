/// How to read an input.
public struct InputOptions: Sendable {
  /// Seconds from the beginning of the source before which frames are skipped.
  public var start: Double = 0
  /// Seconds after which to stop; nil: to the end.
  public var duration: Double?
  /// Frames a second of numbered images.
  public var frameRateOfImages = 25.0
  /// Seconds without a byte from a network address until it counts as dead.
  public var timeout: Double = 10
  /// How often a broken network stream is opened again, in a row.
  public var reconnections = 5
  /// Somebody looks on: an address whose end cannot be told from an outage is opened again.
  public var isWatched = false
  /// Told when the connection is lost, and when it is back; on the thread that reads.
  public var connectionChanged: (@Sendable (ConnectionChange) -> Void)?
  /// Given, before the source is opened, what ends a wait for it from any thread; for sources that may be waited for.
  public var waiting: (@Sendable (_ end: @escaping @Sendable () -> Void) -> Void)?
  /// For how long a single image is given again and again, seconds of its clock.
  public var stillLasts = 0.0
  /// How frames are turned once they are upright by what their file says.
  public var turn = Turn.none
  /// Decoder threads; each holds frames of its own.
  public var threads = 2

  /// The defaults.
  public init() {}

  /// With a beginning and a length.
  public init(start: Double, duration: Double? = nil) {
    self.start = start
    self.duration = duration
  }
}

/// By how many degrees frames are turned, clockwise.
public enum Turn: Int, CaseIterable, Sendable {
  /// Not at all.
  case none = 0
  /// To the right.
  case quarter = 90
  /// Upside down.
  case half = 180
  /// To the left.
  case threeQuarters = 270

  /// Width and height change places.
  public var isSideways: Bool { self == .quarter || self == .threeQuarters }
}

/// How the connection to a network source fares.
public enum ConnectionChange: Hashable, Sendable {
  /// It broke, and is made again.
  case lost(String)
  /// It is there again.
  case back
}

/// One stream of a source.
public struct StreamInfo: Hashable, Sendable {
  /// Number in the source.
  public var index: Int
  /// What it holds.
  public var kind: StreamKind
  /// FFmpeg's name of its codec.
  public var codec: String
}

/// What a source says of itself.
public struct MediaInfo: Hashable, Sendable {
  /// As given.
  public var location: String
  /// FFmpeg's short name of the container.
  public var container: String
  /// All streams.
  public var streams: [StreamInfo]
  /// Number of the stream that is read.
  public var video: Int
  /// Pixels in a row, upright.
  public var width: Int
  /// Rows, upright.
  public var height: Int
  /// Width of a pixel by its height, upright.
  public var pixelAspect: Double
  /// FFmpeg's name of the decoded pixel format.
  public var pixelFormat: String
  /// Mean frames a second; nil when unknown.
  public var frameRate: Double?
  /// Seconds, of the part asked for; nil for live streams and stills.
  public var duration: Double?
  /// Frames of the part asked for: counted in the container where it says, else estimated; nil when unknown.
  public var frames: Int?
  /// One frame.
  public var isStill: Bool
  /// Its frames carry times, rather than getting them from a rate that is assumed.
  public var hasTimes: Bool
  /// Comes over the network or from a pipe: cannot be read twice.
  public var isLive: Bool
}
