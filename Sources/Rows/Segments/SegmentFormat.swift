import Core

/// A format of segments, the expressions of each face with their beginnings and ends: a row of `SegmentFormat.table`.
public struct SegmentFormat: Sendable {
  /// Endings of its files, in small letters, with their dot; the first is the usual one.
  public let endings: [String]
  /// What it is for, as help says it.
  public let summary: String
  /// What a file begins with, whatever follows.
  let head: String
  /// What follows.
  let body: @Sendable (SegmentDocument) -> [UInt8]

  /// Every format; each stands in a file of its own.
  public static let table = [vtt, srt, elan, textGrid, labels, edl]

  /// The format that the name of a file asks for; nil where none does.
  public init?(path: String) {
    let name = path.lowercased()
    guard let format = SegmentFormat.table.first(where: { $0.endings.contains(where: name.hasSuffix) }) else {
      return nil
    }
    self = format
  }

  init(
    endings: [String], summary: String, head: String = "", body: @escaping @Sendable (SegmentDocument) -> [UInt8]
  ) {
    (self.endings, self.summary, self.head, self.body) = (endings, summary, head, body)
  }

  /// The file of a document.
  public func bytes(_ document: SegmentDocument) -> [UInt8] { Array(head.utf8) + body(document) }
}

/// What a file of segments is made of.
public struct SegmentDocument: Sendable {
  /// Tracks with their segments.
  public var timeline: Timeline
  /// The recording, as the file names it: relative to the file's folder, or an address.
  public var media: String?

  /// Of `timeline`.
  public init(_ timeline: Timeline, media: String? = nil) { (self.timeline, self.media) = (timeline, media) }
}

extension TimelineTrack {
  /// `face 3`, after the input's name where there are several: what files call its tier.
  var tier: String { (input.map { "\($0) " } ?? "") + "face \(track)" }
}

extension TimelineSegment {
  /// `happy`, or `uncertain (too small)`.
  var words: String { expression ?? "uncertain" + (reason.map { " (\($0.rawValue))" } ?? "") }

  /// `happy 93 %`, or `uncertain (too small)`.
  var caption: String {
    guard let expression else { return words }
    return "\(expression) \(Int((max(0, min(1, confidence)) * 100).rounded())) %"
  }
}

/// Whole milliseconds of a time in a file.
func milliseconds(_ seconds: Double) -> Int { Int((max(0, min(seconds, 9e12)) * 1000).rounded()) }

/// `HH:MM:SS` and milliseconds after `mark`: `.` or `,`.
func clock(_ seconds: Double, mark: String) -> String {
  let total = milliseconds(seconds)
  let parts = [total / 3_600_000, total / 60000 % 60, total / 1000 % 60].map { zeros($0, 2) }
  return parts.joined(separator: ":") + mark + zeros(total % 1000, 3)
}

/// `value` with zeros before it up to `digits` digits.
func zeros(_ value: Int, _ digits: Int) -> String {
  let text = String(value)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}

/// `text` on one line.
func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

/// Seconds with at most six digits after the point.
func decimalSeconds(_ seconds: Double) -> String { numberText(seconds, decimals: Decimals.time) }
