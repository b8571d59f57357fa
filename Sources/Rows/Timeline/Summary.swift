import Core
import Foundation

/// What recordings come to in figures: for how long each face showed what.
public struct Summary: Encodable, Sendable {
  /// One expression of a face.
  public struct Expression: Encodable, Sendable {
    /// A class, or `uncertain`.
    public var expression: String
    /// Of the time in sight, 0 to 1, frame by frame as rows have it.
    public var share: Double
    /// Seconds of such frames; each counts until the next.
    public var seconds: Double
    /// Segments after hysteresis: another expression must last for 0.4 s.
    public var segments: Int
    /// Seconds of the longest of these.
    public var longest: Double
  }

  /// One face.
  public struct Face: Encodable, Sendable {
    /// Its track.
    public var face: Int
    /// Seconds of frames that have a row of it.
    public var inSight: Double
    /// Changes from one segment to the next, a minute in sight; nil where that is below a second.
    public var switchesPerMinute: Double?
    /// The largest share first.
    public var expressions: [Expression]
  }

  /// One input.
  public struct Recording: Encodable, Sendable {
    /// Its name.
    public var recording: String
    /// Its length; 0 of an image.
    public var seconds: Double
    /// Its frames.
    public var frames: Int
    /// By their first sight.
    public var faces: [Face]
    /// Why it could not be annotated; nil where it was.
    public var failure: String?
  }

  /// In order.
  public var recordings: [Recording]

  /// Of `timeline`; `name` is that of an only recording. Recordings that failed come last.
  public init(_ timeline: Timeline, name: String, failures: [(name: String, text: String)] = []) {
    let tracks = Dictionary(grouping: timeline.tracks, by: \.input)
    recordings = timeline.recordings.map { recording in
      Recording(
        recording: recording.name ?? name, seconds: Summary.rounded(recording.duration), frames: recording.frames,
        faces: (tracks[recording.name] ?? []).map { Face($0, isStill: recording.isStill) })
    }
    let failed = Dictionary(failures.map { ($0.name, $0.text) }) { first, _ in first }
    for place in recordings.indices { recordings[place].failure = failed[recordings[place].recording] }
    let known = Set(recordings.map(\.recording))
    recordings += failures.filter { !known.contains($0.name) }.map {
      Recording(recording: $0.name, seconds: 0, frames: 0, faces: [], failure: $0.text)
    }
  }

  fileprivate static func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
}

extension Summary.Face {
  fileprivate init(_ track: TimelineTrack, isStill: Bool) {
    face = track.track
    inSight = isStill ? 0 : Summary.rounded(track.secondsInSight)
    let changes = zip(track.segments, track.segments.dropFirst()).filter { $0.expression != $1.expression }.count
    switchesPerMinute = inSight < 1 ? nil : Summary.rounded(Double(changes) * 60 / inSight)
    expressions = track.shares.map { share in
      let own = track.segments.filter { $0.expression == share.expression }
      return Summary.Expression(
        expression: share.expression ?? "uncertain", share: Summary.rounded(share.share),
        seconds: isStill ? 0 : Summary.rounded(share.seconds), segments: own.count,
        longest: isStill ? 0 : Summary.rounded(own.map(\.duration).max() ?? 0))
    }
  }
}

/// A format of summaries: a row of `SummaryFormat.table`.
public struct SummaryFormat: Sendable {
  /// The ending of its files.
  public let ending: String
  /// A summary's file.
  public let bytes: @Sendable (Summary) throws -> [UInt8]

  /// Every format.
  public static let table = [csv, json]

  /// For spreadsheets and statistics: a row an expression a face a recording; a recording without faces has one row.
  public static let csv = SummaryFormat(ending: ".csv") { summary in
    var bytes: [UInt8] = []
    bytes.append(text: "recording,face,expression,share,seconds,segments,longest,in_sight,length,failure\n")
    for recording in summary.recordings { append(recording, to: &bytes) }
    return bytes
  }

  /// For programs.
  public static let json = SummaryFormat(ending: ".json") { summary in
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return Array(try encoder.encode(summary)) + [10]
  }

  /// The format that the name of a file asks for; nil where none does.
  public init?(path: String) {
    guard let format = SummaryFormat.table.first(where: { path.lowercased().hasSuffix($0.ending) }) else { return nil }
    self = format
  }

  private init(ending: String, bytes: @escaping @Sendable (Summary) throws -> [UInt8]) {
    (self.ending, self.bytes) = (ending, bytes)
  }

  private static func append(_ recording: Summary.Recording, to bytes: inout [UInt8]) {
    let name = CSVRows.cell(CSVRows.safe(recording.recording))
    let length = "\(number(recording.seconds)),\(CSVRows.cell(recording.failure ?? ""))"
    if recording.faces.isEmpty { bytes.append(text: "\(name),,,,,,,,\(length)\n") }
    for face in recording.faces {
      for one in face.expressions {
        let figures =
          [one.share, one.seconds].map(number) + ["\(one.segments)"] + [one.longest, face.inSight].map(number)
        bytes.append(text: "\(name),\(face.face),\(one.expression),\(figures.joined(separator: ",")),\(length)\n")
      }
    }
  }

  private static func number(_ value: Double) -> String { numberText(value, decimals: Decimals.share) }
}
