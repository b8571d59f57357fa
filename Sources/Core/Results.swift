/// An ordered set of classes.
public struct LabelSet: Hashable, Sendable {
  /// Class names in order.
  public let names: [String]

  /// Classes of a name each.
  public init(_ names: [String]) { self.names = names }

  /// What FER+'s annotators voted: the seven and contempt.
  public static let ferPlus = LabelSet(fer2013.names + ["contempt"])
  /// FER2013's own seven.
  public static let fer2013 = LabelSet(["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"])
}

/// Why no expression is named.
public enum Uncertainty: String, Sendable, Codable, CaseIterable {
  /// The face has too few pixels.
  case tooSmall = "too small"
  /// The face is out of focus or moved.
  case blurred
  /// Too little light.
  case dark
  /// Seen from the side.
  case turned
  /// No class is clearly ahead.
  case unclear = "no class clear"
  /// The networks say different things.
  case disputed = "networks disagree"

  /// As people are told; files have the raw value.
  public var words: String {
    switch self {
    case .unclear: "no clear winner"
    case .disputed: "models disagree"
    default: rawValue
    }
  }
}

/// Whether a box was seen in this frame.
public enum BoxSource: String, Sendable, Codable {
  /// Detected in this frame.
  case measured
  /// Carried from an earlier frame.
  case held
}

/// What is said of one face in one frame.
public struct FaceResult: Sendable, Hashable {
  /// Identity within the recording, from 1.
  public var track: Int
  /// In pixels of the frame as displayed.
  public var box: Box
  /// The detector's, 0 to 1.
  public var score: Double
  /// Seen or carried.
  public var source: BoxSource
  /// A class name, or nil when uncertain.
  public var expression: String?
  /// Why it is uncertain; nil when `expression` is there.
  public var reason: Uncertainty?
  /// Smoothed probability of the most likely class, 0 to 1.
  public var confidence: Double
  /// Smoothed, in the order of the run's label set; sums to 1.
  public var probabilities: [Double]
  /// Quality of the face's frame, 0 to 1; nil when not judged.
  public var quality: Double?
  /// How far the networks are apart, 0 to 1; nil where it was not judged.
  public var disagreement: Double?

  /// All fields.
  public init(
    track: Int, box: Box, score: Double, source: BoxSource, expression: String?, reason: Uncertainty?,
    confidence: Double, probabilities: [Double], quality: Double? = nil, disagreement: Double? = nil
  ) {
    self.track = track
    self.box = box
    self.score = score
    self.source = source
    self.expression = expression
    self.reason = reason
    self.confidence = confidence
    self.probabilities = probabilities
    self.quality = quality
    self.disagreement = disagreement
  }
}

/// What is said of one frame.
public struct FrameResult: Sendable, Hashable {
  /// Number in the source, from 0.
  public var frame: Int
  /// Presentation time in the source, seconds.
  public var time: Double
  /// Name of the input, where there are several.
  public var input: String?
  /// Faces in order of their tracks.
  public var faces: [FaceResult]
  /// Whether the frame was looked at; false where faces are held from earlier ones.
  public var isMeasured = true

  /// Of a frame that was looked at.
  public init(frame: Int, time: Double, input: String? = nil, faces: [FaceResult]) {
    self.frame = frame
    self.time = time
    self.input = input
    self.faces = faces
  }
}
