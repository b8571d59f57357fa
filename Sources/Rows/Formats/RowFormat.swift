import Core

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

/// Reads rows that a `RowEncoder` wrote, one frame at a time, so that memory does not grow with them.
public protocol RowReader: AnyObject {
  /// Where the next frame's rows begin, in bytes.
  var offset: Int { get }
  /// What the next frame's rows say; nil at the end. A last line that lacks its end counts for nothing: its writer was
  /// stopped.
  func next() throws(RowError) -> FrameResult?
}

/// A format of rows: a row of `RowFormat.table`.
public struct RowFormat: Sendable {
  /// Also the option that asks for it: `jsonl` for `--jsonl`.
  public let name: String
  /// What it holds, as help says it.
  public let summary: String
  /// An encoder for a run with these classes; `severalInputs` where rows must name theirs.
  public let encoder: @Sendable (_ labels: LabelSet, _ severalInputs: Bool) -> any RowEncoder
  /// Reads them again; nil where too little is left of what was found.
  public var reader: Reader?

  /// Begins at byte `offset` of the file `path`, where a row begins, of a run with these classes.
  public typealias Reader =
    @Sendable (_ path: String, _ labels: LabelSet, _ offset: Int) throws -> any RowReader

  /// Every format; each stands in its encoder's file.
  public static let table = [jsonl, csv, vtt]
}
