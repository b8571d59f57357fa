/// Turns results into the bytes of a file, one frame at a time.
public protocol RowEncoder {
  /// Appends what stands before the first frame.
  mutating func begin(into bytes: inout [UInt8])
  /// Appends what is known after `result`.
  mutating func add(_ result: FrameResult, into bytes: inout [UInt8])
  /// Appends what stands after the last frame, which ends at `end` seconds where that is known.
  mutating func finish(end: Double?, into bytes: inout [UInt8])
}

extension RowEncoder {
  /// Most formats have no header.
  public mutating func begin(into bytes: inout [UInt8]) {}
  /// Most formats have no end.
  public mutating func finish(end: Double?, into bytes: inout [UInt8]) {}
}

/// A format of rows: a row of `RowFormat.table`.
public struct RowFormat: Sendable {
  /// Also the option that asks for it: `jsonl` for `--jsonl`.
  public let name: String
  /// What it is, in a few words.
  public let summary: String
  /// An encoder for a run with these classes; `severalInputs` where rows must name theirs.
  public let encoder: @Sendable (_ labels: LabelSet, _ severalInputs: Bool) -> any RowEncoder

  /// Every format.
  public static let table: [RowFormat] = [
    RowFormat(name: "jsonl", summary: "one JSON object a frame") { JSONLines(labels: $0, severalInputs: $1) },
    RowFormat(name: "csv", summary: "one row a face a frame") { CSVRows(labels: $0, severalInputs: $1) },
    RowFormat(name: "vtt", summary: "subtitles, one cue an expression") { labels, _ in WebVTT(labels: labels) },
  ]
}
