import Core
import Faces

/// What is known of a track's expression.
struct ExpressionEstimate: Sendable {
  /// Smoothed, in the order of the run's labels.
  var probabilities: [Double] = []
  var quality: FaceQuality?
  /// How far the networks are apart, 0 to 1; nil where only one has a say.
  var disagreement: Double?
}

extension ExpressionRule {
  /// What is said of `face` in its frame. Its boxes have `scale` columns for a column of the frame.
  func result(_ face: TrackedFace, _ reading: ExpressionEstimate, labels: LabelSet, scale: Double) -> FaceResult {
    let reason = reading.quality?.fault.map(Uncertainty.init) ?? dispute(reading)
    let choice = reason == nil ? choice(reading.probabilities) : nil
    return FaceResult(
      track: face.track, box: face.box.unstretched(by: scale), score: face.score,
      source: face.isHeld ? .held : .measured, expression: choice.map { labels.names[$0] },
      reason: choice == nil ? reason ?? .unclear : nil, confidence: reading.probabilities.max() ?? 0,
      probabilities: reading.probabilities, quality: reading.quality?.value, disagreement: reading.disagreement)
  }

  private func dispute(_ reading: ExpressionEstimate) -> Uncertainty? {
    reading.disagreement.map { $0 > mostDisagreement } == true ? .disputed : nil
  }
}

extension Uncertainty {
  /// As the rows name it.
  fileprivate init(_ fault: FaceQuality.Fault) {
    switch fault {
    case .tooSmall: self = .tooSmall
    case .blurred: self = .blurred
    case .dark: self = .dark
    case .turned: self = .turned
    }
  }
}

extension Box {
  /// From square pixels to the frame's own, `scale` times fewer across.
  fileprivate func unstretched(by scale: Double) -> Box {
    Box(x: x / scale, y: y, width: width / scale, height: height)
  }
}
