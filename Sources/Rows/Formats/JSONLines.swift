import Core

/// One JSON object a line, one line a frame, faces or none:
///
///     {"frame":12,"time":0.4004,"faces":[{"track":1,"box":[x,y,w,h],"score":0.98,"source":"measured",
///       "expression":"happy","confidence":0.93,"probabilities":{"angry":0.01,…}}]}
///
/// `"expression":"uncertain"` is followed by `"reason"`; `"quality"` and `"disagreement"` follow the probabilities where they were judged, and
/// `"input"` the faces where there are several inputs.
struct JSONLines: RowEncoder {
  private let keys: [[UInt8]]
  private let severalInputs: Bool

  init(labels: LabelSet, severalInputs: Bool = false) {
    keys = labels.names.map { name in
      var key: [UInt8] = []
      appendJSON(name, to: &key)
      return key + [UInt8(ascii: ":")]
    }
    self.severalInputs = severalInputs
  }

  func add(_ result: FrameResult, into bytes: inout [UInt8]) {
    bytes.append(text: "{\"frame\":")
    appendInteger(result.frame, to: &bytes)
    bytes.append(text: ",\"time\":")
    appendNumber(result.time, decimals: Decimals.time, to: &bytes)
    bytes.append(text: ",\"faces\":[")
    separated(result.faces, to: &bytes) { append($0, to: &$1) }
    bytes.append(text: "]")
    if severalInputs, let input = result.input { append("input", input, to: &bytes) }
    bytes.append(text: "}\n")
  }

  private func append(_ face: FaceResult, to bytes: inout [UInt8]) {
    bytes.append(text: "{\"track\":")
    appendInteger(face.track, to: &bytes)
    bytes.append(text: ",\"box\":[")
    separated([face.box.x, face.box.y, face.box.width, face.box.height], to: &bytes) {
      appendNumber($0, decimals: Decimals.box, to: &$1)
    }
    bytes.append(text: "]")
    append("score", face.score, to: &bytes)
    append("source", face.source.rawValue, to: &bytes)
    appendExpression(of: face, to: &bytes)
    if let quality = face.quality { append("quality", quality, to: &bytes) }
    if let disagreement = face.disagreement { append("disagreement", disagreement, to: &bytes) }
    bytes.append(text: "}")
  }

  private func appendExpression(of face: FaceResult, to bytes: inout [UInt8]) {
    append("expression", face.expression ?? "uncertain", to: &bytes)
    if let reason = face.reason { append("reason", reason.rawValue, to: &bytes) }
    append("confidence", face.confidence, to: &bytes)
    bytes.append(text: ",\"probabilities\":{")
    separated(zip(keys, face.probabilities), to: &bytes) { pair, bytes in
      bytes += pair.0
      appendNumber(pair.1, decimals: Decimals.share, to: &bytes)
    }
    bytes.append(text: "}")
  }

  private func append(_ key: String, _ share: Double, to bytes: inout [UInt8]) {
    bytes.append(text: ",\"\(key)\":")
    appendNumber(share, decimals: Decimals.share, to: &bytes)
  }

  private func append(_ key: String, _ text: String, to bytes: inout [UInt8]) {
    bytes.append(text: ",\"\(key)\":")
    appendJSON(text, to: &bytes)
  }
}

/// Appends `text` as a JSON string.
func appendJSON(_ text: String, to bytes: inout [UInt8]) {
  let digits = Array("0123456789abcdef".utf8)
  bytes.append(UInt8(ascii: "\""))
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
    case 0..<32: bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    default: bytes.append(byte)
    }
  }
  bytes.append(UInt8(ascii: "\""))
}

/// Appends `elements` with commas between them.
func separated<Elements: Sequence>(
  _ elements: Elements, to bytes: inout [UInt8], _ append: (Elements.Element, inout [UInt8]) -> Void
) {
  var first = true
  for element in elements {
    if !first { bytes.append(UInt8(ascii: ",")) }
    first = false
    append(element, &bytes)
  }
}

extension RowFormat {
  /// For programs.
  public static let jsonl = RowFormat(
    name: "jsonl", summary: "Rows as JSON lines, one a frame", encoder: { JSONLines(labels: $0, severalInputs: $1) },
    reader: { try JSONLineReader($0, labels: $1, offset: $2) })
}
