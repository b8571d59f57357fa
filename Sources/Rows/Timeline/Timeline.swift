import Core

/// A stretch of one track with one expression.
public struct TimelineSegment: Hashable, Sendable {
  /// First moment, seconds in the source.
  public var start: Double
  /// First moment after it.
  public var end: Double
  /// A class name, or nil where uncertain.
  public var expression: String?
  /// The commonest reason, where uncertain.
  public var reason: Uncertainty?
  /// Mean probability of `expression`; of the most likely class where uncertain.
  public var confidence: Double

  /// All fields.
  public init(start: Double, end: Double, expression: String?, reason: Uncertainty? = nil, confidence: Double) {
    self.start = start
    self.end = end
    self.expression = expression
    self.reason = reason
    self.confidence = confidence
  }

  /// Seconds.
  public var duration: Double { end - start }
}

/// Probabilities of one track, averaged over a short while.
public struct TimelineSample: Hashable, Sendable {
  /// Start of the while, seconds in the source.
  public var time: Double
  /// Its length, seconds.
  public var duration: Double
  /// Mean probabilities in the order of the label set.
  public var probabilities: [Double]

  /// All fields.
  public init(time: Double, duration: Double, probabilities: [Double]) {
    self.time = time
    self.duration = duration
    self.probabilities = probabilities
  }
}

/// One face through a recording.
public struct TimelineTrack: Hashable, Sendable {
  /// Identity within its input, from 1.
  public var track: Int
  /// Name of the input, where there are several.
  public var input: String?
  /// In order; they do not overlap; where the face is out of sight there is none.
  public var segments: [TimelineSegment]
  /// In order; at most `TimelineBuilder.sampleLimit`; none where the face is out of sight.
  public var samples: [TimelineSample]

  /// All fields.
  public init(track: Int, input: String? = nil, segments: [TimelineSegment], samples: [TimelineSample]) {
    self.track = track
    self.input = input
    self.segments = segments
    self.samples = samples
  }

  /// Seconds in sight.
  public var duration: Double { segments.reduce(0) { $0 + $1.duration } }
}

/// What a recording's rows say, as segments: for charts, reports and subtitles.
public struct Timeline: Hashable, Sendable {
  /// Classes of the run.
  public var labels: LabelSet
  /// Time of the first frame, seconds.
  public var start: Double
  /// End of the last frame, seconds.
  public var end: Double
  /// Frames seen, with faces or without.
  public var frames: Int
  /// In order of input and appearance.
  public var tracks: [TimelineTrack]

  /// All fields.
  public init(labels: LabelSet, start: Double, end: Double, frames: Int, tracks: [TimelineTrack]) {
    self.labels = labels
    self.start = start
    self.end = end
    self.frames = frames
    self.tracks = tracks
  }

  /// Seconds.
  public var duration: Double { end - start }
}
