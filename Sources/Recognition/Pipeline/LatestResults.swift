import Core
import Faces

/// The newest results of the analysis, and what they say of any frame: boxes move on as their tracks do.
struct LatestResults: Sendable {
  private let labels: LabelSet
  private let rule: ExpressionRule
  private var tracker = Tracker()
  private var seen = FrameDetections(frame: -1, time: 0, faces: [], seen: [], scale: 1)
  private var readings: [Int: ExpressionEstimate] = [:]

  init(labels: LabelSet, rule: ExpressionRule) { (self.labels, self.rule) = (labels, rule) }

  /// Takes in where faces are in a frame, and the tracker that found them.
  mutating func found(_ detections: FrameDetections, _ tracker: Tracker) {
    (seen, self.tracker) = (detections, tracker)
  }

  /// Takes in what the tracks show.
  mutating func read(_ readings: [Int: ExpressionEstimate]) { self.readings = readings }

  /// What is said of the frame: faces that were detected in it, else those of the last look, moved on.
  func result(frame: Int, time: Double) -> FrameResult {
    var detections = seen
    if seen.frame != frame {
      (detections.frame, detections.time, detections.faces) = (frame, time, tracker.held(at: time))
    }
    return detections.result(readings, labels: labels, rule: rule)
  }
}
