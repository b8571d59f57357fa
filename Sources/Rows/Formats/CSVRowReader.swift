import Core

/// Reads rows that `CSVRows` wrote.
final class CSVRowReader: RowReader {
  private let path: String
  private let labels: LabelSet
  private let file: LineFile
  /// The row behind the last that was given, which is of another frame, and where it begins.
  private var ahead: (row: Result<FrameResult?, RowError>, offset: Int)?

  /// Begins at byte `offset`, where a line begins.
  init(_ path: String, labels: LabelSet, offset: Int) throws(RowError) {
    (self.path, self.labels) = (path, labels)
    file = try LineFile(path, offset: offset)
    guard offset == 0, let header = file.next() else { return }
    guard CSVRows.isHeader(String(decoding: header, as: UTF8.self)) else { throw .malformed(path, line: 1) }
  }

  var offset: Int { ahead?.offset ?? file.offset }

  func next() throws(RowError) -> FrameResult? {
    guard var result = try (ahead?.row ?? read()).get() else { return nil }
    ahead = nil
    while ahead == nil {
      let offset = file.offset
      let row = read()
      if case .success(let more?) = row, CSVRowReader.continues(result, with: more) {
        result.faces += more.faces
      } else {
        ahead = (row, offset)
      }
    }
    return result
  }

  /// Tracks of a frame stand in order.
  private static func continues(_ result: FrameResult, with more: FrameResult) -> Bool {
    guard result.frame == more.frame, result.time == more.time, result.input == more.input else { return false }
    guard let last = result.faces.last, let next = more.faces.first else { return false }
    return last.track < next.track
  }

  private func read() -> Result<FrameResult?, RowError> {
    Result { () throws(RowError) in
      guard let line = file.next() else { return nil }
      guard let row = CSVRows.fields(String(decoding: line, as: UTF8.self)), row.isSane else {
        throw .malformed(path, line: file.count)
      }
      guard let result = row.result(labels) else { throw .labelsDiffer(path) }
      return result
    }
  }
}

extension CSVRows {
  /// What a line says; nil where it is no row.
  fileprivate static func fields(_ line: String) -> RowFields? {
    guard let cells = cells(line), let frame = Int(cells[0]), let time = Double(cells[1]) else { return nil }
    let input = cells.count > columns.count ? cells[columns.count] : nil
    if cells[2..<columns.count].allSatisfy(\.isEmpty) {
      return RowFields(frame: frame, time: time, faces: [], input: input)
    }
    return face(cells).map { RowFields(frame: frame, time: time, faces: [$0], input: input) }
  }

  private static func face(_ cells: [String]) -> RowFields.Face? {
    let numbers = cells[3...7].compactMap { Double($0) }
    guard let track = Int(cells[2]), numbers.count == 5, let source = BoxSource(rawValue: cells[8]),
      let confidence = Double(cells[10])
    else { return nil }
    let first = facts.count
    let values = zip(LabelSet.ferPlus.names, cells[first...]).compactMap { name, cell in Double(cell).map { (name, $0) }
    }
    let (reason, quality) = (cells[first + LabelSet.ferPlus.names.count], cells[columns.count - 1])
    return RowFields.Face(
      track: track, box: Array(numbers[..<4]), score: numbers[4], source: source, expression: cells[9],
      reason: Uncertainty(rawValue: reason), confidence: confidence,
      probabilities: Dictionary(uniqueKeysWithValues: values), quality: Double(quality))
  }

  /// The cells of a line; nil where there are too few or too many.
  private static func cells(_ line: String) -> [String]? {
    var (cells, isQuoted) = ([""], false)
    for character in line.unicodeScalars {
      switch character {
      case "\"":
        isQuoted.toggle()
        cells[cells.count - 1] += "\""
      case "," where !isQuoted: cells.append("")
      default: cells[cells.count - 1].unicodeScalars.append(character)
      }
    }
    guard !isQuoted, (columns.count...columns.count + 1).contains(cells.count) else { return nil }
    return cells.map(unquoted)
  }

  /// `"a ""b"""` is `a "b"`.
  private static func unquoted(_ cell: String) -> String {
    guard cell.hasPrefix("\""), cell.utf8.count > 1 else { return cell }
    return String(cell.dropFirst().dropLast()).replacing("\"\"", with: "\"")
  }

  /// Whether `line` names the columns.
  fileprivate static func isHeader(_ line: String) -> Bool {
    [columns, columns + ["input"]].contains { $0.joined(separator: ",") == line }
  }
}
