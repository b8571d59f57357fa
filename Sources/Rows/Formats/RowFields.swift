import Core

/// The rows of one frame: the keys of a JSON line.
struct RowFields: Decodable {
  struct Face: Decodable {
    var track: Int
    var box: [Double]
    var score: Double
    var source: BoxSource
    var expression: String
    var reason: Uncertainty?
    var confidence: Double
    var probabilities: [String: Double]
    var quality: Double?
    var disagreement: Double?
  }

  var frame: Int
  var time: Double
  var faces: [Face]
  var input: String?

  /// Whether all numbers are such as a row can have: with others nothing is to be computed.
  var isSane: Bool {
    RowFields.counts.contains(frame) && abs(time) < 1e9
      && faces.allSatisfy { $0.isSane && RowFields.counts.contains($0.track) }
  }

  /// What `Double` holds exactly.
  fileprivate static let counts = 0...(1 << 53)

  func result(_ labels: LabelSet) -> FrameResult? {
    let found = faces.compactMap { $0.result(labels) }
    guard found.count == faces.count else { return nil }
    return FrameResult(frame: frame, time: time, input: input, faces: found)
  }
}

extension RowFields.Face {
  /// Comparisons with what is no number are false.
  fileprivate var isSane: Bool {
    let values = [score, confidence, quality ?? 0, disagreement ?? 0] + probabilities.values
    return box.count == 4 && box.allSatisfy { abs($0) < 1e9 } && values.allSatisfy { (0...1000).contains($0) }
  }

  fileprivate func result(_ labels: LabelSet) -> FaceResult? {
    let values = labels.names.compactMap { probabilities[$0] }
    guard values.count == labels.names.count, values.count == probabilities.count else { return nil }
    return FaceResult(
      track: track, box: Box(x: box[0], y: box[1], width: box[2], height: box[3]), score: score, source: source,
      expression: labels.names.contains(expression) ? expression : nil, reason: reason, confidence: confidence,
      probabilities: values, quality: quality, disagreement: disagreement)
  }
}
