import Files
import Foundation
import Recognition

/// The rows that earlier runs left in the file of `--jsonl`, or in its partial files, input by input.
struct EarlierRows {
  /// The rows of one input.
  struct Part {
    /// The file, and where in it they begin, in bytes.
    var path: String
    var offset: Int
    var count = 0
    /// Time of the last.
    var end = 0.0
    /// The run went on to another input, or to its end.
    var isWhole = false
  }

  let path: String
  /// Of a run that came to its end.
  let isFinished: Bool
  private let labels: LabelSet
  private var parts: [String: Part] = [:]

  /// The rows of a run that came to its end, else those of the run that came farthest; nil where there are none.
  /// - Throws: `RowError` where they cannot be read.
  static func find(jsonl name: String, labels: LabelSet) throws -> EarlierRows? {
    let exists = FileManager.default.fileExists(atPath:)
    if exists(name) { return try EarlierRows(name, isFinished: true, labels) }
    let partial = FileName.inserted("partial", into: FileName.followed(name))
    let kept = exists(partial) ? [try EarlierRows(partial, isFinished: false, labels)] : []
    let killed = Leftovers.of(name).compactMap { try? EarlierRows($0, isFinished: false, labels) }
    return (kept + killed).max { $0.count < $1.count }
  }

  private init(_ path: String, isFinished: Bool, _ labels: LabelSet) throws {
    (self.path, self.isFinished, self.labels) = (path, isFinished, labels)
    try scan()
  }

  /// Of a run that was stopped a line that is no row ends what it left, unless it is the first.
  private mutating func scan() throws {
    let reader = try JSONLineReader(path, labels: labels)
    var (offset, current) = (0, "")
    while let row = try next(reader) {
      let input = row.input ?? ""
      if input != current { parts[current]?.isWhole = true }
      current = input
      parts[input, default: Part(path: path, offset: offset)].count += 1
      parts[input]!.end = row.time
      offset = reader.offset
    }
    parts[current]?.isWhole = isFinished
  }

  private func next(_ reader: JSONLineReader) throws -> FrameResult? {
    let row = Result { () throws(RowError) in try reader.next() }
    if case .failure(.malformed) = row, !isFinished, !parts.isEmpty { return nil }
    return try row.get()
  }

  /// All rows.
  var count: Int { parts.values.reduce(0) { $0 + $1.count } }

  /// The rows of `input`, which is nil where there is only one.
  func part(of input: String?) -> Part? { parts[input ?? ""] }
}

extension EarlierRows.Part {
  /// Goes on with `analyser`, which looks at each `every`-th frame, where these rows end.
  func resumed(_ analyser: any FrameAnalyser, every: Int, labels: LabelSet) throws -> ResumedAnalyser {
    let reader = try JSONLineReader(path, labels: labels, offset: offset)
    return ResumedAnalyser(analyser, every: every, rows: reader, count: count, end: end, path: path)
  }

  /// Gives all rows to `take`.
  func replay(labels: LabelSet, _ take: (FrameResult) throws -> Void) throws {
    let reader = try JSONLineReader(path, labels: labels, offset: offset)
    for _ in 0..<count { if let row = try reader.next() { try take(row) } }
  }
}
