import Core
import Faces

/// The newest results of the analysis, and what they say of any frame: boxes move on as their tracks do.
struct ResultBoard: Sendable {
  private let labels: LabelSet
  private let rule: ExpressionRule
  private var tracker = Tracker()
  private var seen = Sightings(frame: -1, time: 0, faces: [], seen: [], scale: 1)
  private var readings: [Int: FaceReading] = [:]

  init(labels: LabelSet, rule: ExpressionRule) { (self.labels, self.rule) = (labels, rule) }

  /// Takes in where faces are in a frame, and the tracker that found them.
  mutating func found(_ sightings: Sightings, _ tracker: Tracker) {
    (seen, self.tracker) = (sightings, tracker)
  }

  /// Takes in what the tracks show.
  mutating func read(_ readings: [Int: FaceReading]) { self.readings = readings }

  /// What is said of the frame: faces that were detected in it, else those of the last look, moved on.
  func result(frame: Int, time: Double) -> FrameResult {
    var sightings = seen
    if seen.frame != frame {
      (sightings.frame, sightings.time, sightings.faces) = (frame, time, tracker.held(at: time))
    }
    return sightings.result(readings, labels: labels, rule: rule)
  }
}
