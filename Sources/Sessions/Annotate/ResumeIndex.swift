import Core
import Foundation
import Recognition
import Rows

/// A file of rows that can be taken up.
public struct KeptRows {
  /// Its name.
  public let path: String
  /// Reads rows of the file `path` from byte `offset` on.
  let reader: RowFormat.Reader

  /// Nil where rows of that format cannot be read.
  init?(_ format: RowFormat, _ path: String) {
    guard let reader = format.reader else { return nil }
    (self.path, self.reader) = (path, reader)
  }
}

/// The rows that earlier runs left in a file of rows, or in its partial files, input by input.
struct ResumeIndex {
  /// The rows of one input.
  struct Part {
    /// The file, and where in it they begin, in bytes.
    var file: KeptRows
    var offset: Int
    var count = 0
    /// Time of the last.
    var end = 0.0
    /// The run went on to another input, or to its end.
    var isWhole = false
  }

  private let file: KeptRows
  /// Of a run that came to its end.
  let isFinished: Bool
  private let labels: LabelSet
  private var parts: [String: Part] = [:]

  /// The rows of a run that came to its end, else those of the run that came farthest; nil where there are none.
  /// - Throws: `RowError` where they cannot be read.
  static func find(_ file: KeptRows, labels: LabelSet) throws -> ResumeIndex? {
    let exists = FileManager.default.fileExists(atPath:)
    if exists(file.path) { return try ResumeIndex(file, isFinished: true, labels) }
    let partial = FileName.inserted("partial", into: FileName.followed(file.path))
    let kept = exists(partial) ? [try ResumeIndex(file.at(partial), isFinished: false, labels)] : []
    let killed = Leftovers.of(file.path).compactMap { try? ResumeIndex(file.at($0), isFinished: false, labels) }
    return (kept + killed).max { $0.count < $1.count }
  }

  private init(_ file: KeptRows, isFinished: Bool, _ labels: LabelSet) throws {
    (self.file, self.isFinished, self.labels) = (file, isFinished, labels)
    try scan()
  }

  var path: String { file.path }

  /// Of a run that was stopped a line that is no row ends what it left, unless it is the first.
  private mutating func scan() throws {
    let reader = try file.reader(path, labels, 0)
    var (offset, current) = (0, "")
    while let row = try next(reader) {
      let input = ResumeIndex.key(row.input)
      if input != current { parts[current]?.isWhole = true }
      current = input
      parts[input, default: Part(file: file, offset: offset)].count += 1
      parts[input]!.end = row.time
      offset = reader.offset
    }
    parts[current]?.isWhole = isFinished
  }

  private func next(_ reader: any RowReader) throws -> FrameResult? {
    let row = Result { () throws(RowError) in try reader.next() }
    if case .failure(.malformed) = row, !isFinished, !parts.isEmpty { return nil }
    return try row.get()
  }

  /// All rows.
  var count: Int { parts.values.reduce(0) { $0 + $1.count } }

  /// The rows of `input`, which is nil where there is only one.
  func part(of input: String?) -> Part? { parts[ResumeIndex.key(input)] }

  /// In CSV some names have `./` before them.
  private static func key(_ input: String?) -> String {
    let name = input ?? ""
    return name.hasPrefix("./") ? String(name.dropFirst(2)) : name
  }
}

extension KeptRows {
  /// Rows of the same format in another file.
  fileprivate func at(_ path: String) -> KeptRows { KeptRows(path: path, reader: reader) }

  private init(path: String, reader: @escaping RowFormat.Reader) { (self.path, self.reader) = (path, reader) }
}

extension ResumeIndex.Part {
  /// Goes on with `analyser`, which looks at the frames that `every` says, where these rows end.
  func resumed(_ analyser: any FrameAnalyser, every: SamplingInterval, labels: LabelSet) throws -> ResumedAnalyser {
    let reader = try file.reader(file.path, labels, offset)
    return ResumedAnalyser(analyser, every: every, rows: reader, count: count, end: end, path: file.path)
  }

  /// Gives all rows to `take`.
  func replay(labels: LabelSet, _ take: (FrameResult) throws -> Void) throws {
    let reader = try file.reader(file.path, labels, offset)
    for _ in 0..<count { if let row = try reader.next() { try take(row) } }
  }
}
