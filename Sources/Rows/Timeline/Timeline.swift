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

/// For how long a track showed one expression.
public struct TimelineShare: Hashable, Sendable {
  /// A class name, or nil where uncertain.
  public var expression: String?
  /// Each frame counts until the next one.
  public var seconds: Double
  /// Of the time in sight, 0 to 1.
  public var share: Double

  /// All fields.
  public init(expression: String?, seconds: Double, share: Double) {
    (self.expression, self.seconds, self.share) = (expression, seconds, share)
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
  /// What its rows say, frame by frame, without the segments' hysteresis; the largest first.
  public var shares: [TimelineShare]

  /// All fields; without `shares` those of the segments.
  public init(
    track: Int, input: String? = nil, segments: [TimelineSegment], samples: [TimelineSample],
    shares: [TimelineShare]? = nil
  ) {
    self.track = track
    self.input = input
    self.segments = segments
    self.samples = samples
    self.shares = shares ?? TimelineShare.sorted(segments.map { ($0.expression, $0.duration) })
  }

  /// Seconds in sight, short absences within a segment counted.
  public var duration: Double { segments.reduce(0) { $0 + $1.duration } }

  /// Seconds of frames that have a row of it.
  public var secondsInSight: Double { shares.reduce(0) { $0 + $1.seconds } }
}

extension TimelineShare {
  /// The shares of what adds up to whole time in sight, largest first.
  static func sorted(_ seconds: [(expression: String?, seconds: Double)]) -> [TimelineShare] {
    var sums: [String?: Double] = [:]
    for (expression, time) in seconds { sums[expression, default: 0] += time }
    let whole = max(sums.values.reduce(0, +), 1e-9)
    return sums.map { TimelineShare(expression: $0.key, seconds: $0.value, share: $0.value / whole) }.sorted {
      ($1.seconds, $0.expression ?? "~") < ($0.seconds, $1.expression ?? "~")
    }
  }
}

/// One input of a run.
public struct TimelineRecording: Hashable, Sendable {
  /// Its name; nil where there is only one.
  public var name: String?
  /// Time of the first frame, seconds of the source.
  public var start: Double
  /// End of the last.
  public var end: Double
  /// Frames seen, with faces or without.
  public var frames: Int

  /// All fields.
  public init(name: String?, start: Double, end: Double, frames: Int) {
    (self.name, self.start, self.end, self.frames) = (name, start, end, frames)
  }

  /// Seconds; none of a single image.
  public var duration: Double { isStill ? 0 : end - start }

  /// A single image.
  public var isStill: Bool { frames == 1 }
}

/// What the rows of a recording or of several say, as segments: for charts, reports and subtitles.
public struct Timeline: Hashable, Sendable {
  /// Classes of the run.
  public var labels: LabelSet
  /// In order; none where there was no frame.
  public var recordings: [TimelineRecording]
  /// In order of input and appearance.
  public var tracks: [TimelineTrack]

  /// All fields.
  public init(labels: LabelSet, recordings: [TimelineRecording], tracks: [TimelineTrack]) {
    (self.labels, self.recordings, self.tracks) = (labels, recordings, tracks)
  }

  /// Of one recording.
  public init(labels: LabelSet, start: Double, end: Double, frames: Int, tracks: [TimelineTrack]) {
    let recording = TimelineRecording(name: nil, start: start, end: end, frames: frames)
    self.init(labels: labels, recordings: [recording], tracks: tracks)
  }

  /// Time of the earliest frame, seconds: where an axis for all begins.
  public var start: Double { recordings.map(\.start).min() ?? 0 }
  /// End of the latest frame, seconds: where an axis for all ends.
  public var end: Double { recordings.map(\.end).max() ?? 0 }
  /// Seconds from `start` to `end`.
  public var span: Double { end - start }
  /// Frames of all recordings.
  public var frames: Int { recordings.reduce(0) { $0 + $1.frames } }
  /// Seconds of all recordings together.
  public var duration: Double { recordings.reduce(0) { $0 + $1.duration } }
  /// Frames a second of the first recording; nil of an image.
  var frameRate: Double? {
    recordings.first.flatMap { $0.duration > 0 ? Double($0.frames) / $0.duration : nil }
  }
  /// Names of the single images.
  package var stills: Set<String?> { Set(recordings.filter(\.isStill).map(\.name)) }
  /// Whether all are single images.
  public var isOfStills: Bool { !recordings.isEmpty && recordings.allSatisfy(\.isStill) }

  /// All segments with their tracks, in order of time; of several recordings one after another.
  public var segments: [(track: TimelineTrack, segment: TimelineSegment)] {
    let places = Dictionary(recordings.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
    let all = tracks.flatMap { track in track.segments.map { (track: track, segment: $0) } }
    return all.map { (places[$0.track.input] ?? 0, $0) }.sorted {
      ($0.0, $0.1.segment.start, $0.1.track.track) < ($1.0, $1.1.segment.start, $1.1.track.track)
    }.map(\.1)
  }

  /// All segments with their tracks in order of time, as subtitles must be, whatever recording they are of.
  var cues: [(track: TimelineTrack, segment: TimelineSegment)] {
    segments.enumerated().sorted { ($0.element.segment.start, $0.offset) < ($1.element.segment.start, $1.offset) }
      .map(\.element)
  }
}
