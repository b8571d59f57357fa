import Core

/// Comma-separated values (RFC 4180, lines end in a line feed), one row a face a frame; a frame without a face has one row
/// with its number and time. The columns are the same for every label set: classes that a run does not have stay empty.
/// With several inputs a last column names the row's.
struct CSVRows: RowEncoder {
  static let facts = [
    "frame", "time", "track", "x", "y", "w", "h", "score", "source", "expression", "confidence",
  ]
  private static let judgement = ["reason", "quality"]
  /// All columns but that of the input.
  static let columns = facts + LabelSet.ferPlus.names + judgement
  /// For each class column the class's place in the run's label set.
  private let places: [Int?]
  private let severalInputs: Bool

  init(labels: LabelSet, severalInputs: Bool = false) {
    places = LabelSet.ferPlus.names.map { labels.names.firstIndex(of: $0) }
    self.severalInputs = severalInputs
  }

  func begin(into bytes: inout [UInt8]) {
    bytes.append(text: (Self.columns + (severalInputs ? ["input"] : [])).joined(separator: ",") + "\n")
  }

  func add(_ result: FrameResult, into bytes: inout [UInt8]) {
    for face in result.faces {
      appendMoment(result, to: &bytes)
      append(face, to: &bytes)
      appendEnd(result, to: &bytes)
    }
    guard result.faces.isEmpty else { return }
    appendMoment(result, to: &bytes)
    let empty = Self.facts.count - 2 + places.count + Self.judgement.count
    bytes += [UInt8](repeating: UInt8(ascii: ","), count: empty)
    appendEnd(result, to: &bytes)
  }

  private func appendMoment(_ result: FrameResult, to bytes: inout [UInt8]) {
    appendInteger(result.frame, to: &bytes)
    bytes.append(UInt8(ascii: ","))
    appendNumber(result.time, decimals: Decimals.time, to: &bytes)
  }

  private func appendEnd(_ result: FrameResult, to bytes: inout [UInt8]) {
    if severalInputs { appendCell(Self.safe(result.input ?? ""), to: &bytes) }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// A spreadsheet takes for a formula what begins with one of these; with `./` before it the name means the same file.
  static func safe(_ name: String) -> String {
    name.unicodeScalars.first.map("=+-@\t\r".unicodeScalars.contains) == true ? "./" + name : name
  }

  private func append(_ face: FaceResult, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: ","))
    appendInteger(face.track, to: &bytes)
    for side in [face.box.x, face.box.y, face.box.width, face.box.height] {
      appendCell(side, decimals: Decimals.box, to: &bytes)
    }
    appendCell(face.score, decimals: Decimals.share, to: &bytes)
    appendCell(face.source.rawValue, to: &bytes)
    appendCell(face.expression ?? "uncertain", to: &bytes)
    appendCell(face.confidence, decimals: Decimals.share, to: &bytes)
    for place in places { appendCell(place.map { face.probabilities[$0] }, decimals: Decimals.share, to: &bytes) }
    appendCell(face.reason?.rawValue ?? "", to: &bytes)
    appendCell(face.quality, decimals: Decimals.share, to: &bytes)
  }

  private func appendCell(_ value: Double?, decimals: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: ","))
    if let value { appendNumber(value, decimals: decimals, to: &bytes) }
  }

  private func appendCell(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: ","))
    bytes.append(text: Self.cell(text))
  }

  /// In quotes where it would be taken for several cells or lines.
  static func cell(_ text: String) -> String {
    let special = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
    return special ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}

extension RowFormat {
  /// For spreadsheets and statistics.
  public static let csv = RowFormat(
    name: "csv", summary: "Rows as CSV, one a face a frame", encoder: { CSVRows(labels: $0, severalInputs: $1) },
    reader: { try CSVRowReader($0, labels: $1, offset: $2) })
}
