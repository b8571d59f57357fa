import Core
import Foundation

/// Reads rows that `JSONLines` wrote.
final class JSONLineReader: RowReader {
  private let path: String
  private let labels: LabelSet
  private let file: LineFile
  private let decoder = JSONDecoder()

  /// Begins at byte `offset`, where a line begins.
  init(_ path: String, labels: LabelSet, offset: Int = 0) throws(RowError) {
    (self.path, self.labels) = (path, labels)
    file = try LineFile(path, offset: offset)
  }

  var offset: Int { file.offset }

  func next() throws(RowError) -> FrameResult? {
    guard let line = file.next() else { return nil }
    guard let row = try? decoder.decode(RowFields.self, from: Data(line)), row.isSane else {
      throw .malformed(path, line: file.count)
    }
    guard let result = row.result(labels) else { throw .labelsDiffer(path) }
    return result
  }
}
