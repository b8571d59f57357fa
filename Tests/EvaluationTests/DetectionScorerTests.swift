import Core
import Faces
import Testing

@testable import Evaluation

struct DetectionScorerTests {
  private let face = Box(x: 100, y: 100, width: 40, height: 40)

  private func detection(_ dx: Double, _ side: Double, _ score: Double) -> Detection {
    Detection(box: Box(x: 120 + dx - side / 2, y: 120 - side / 2, width: side, height: side), score: score)
  }

  @Test(arguments: [(0, 40, true), (13.9, 40, true), (14.1, 40, false), (0, 20, true), (0, 19.9, false), (0, 80, true)])
  func hitRule(_ dx: Double, _ side: Double, _ isHit: Bool) {
    var scorer = DetectionScorer()
    scorer.add(truth: [face], detections: [detection(dx, side, 1)])
    #expect(scorer.result.averagePrecision == (isHit ? 100 : 0))
  }

  @Test func secondDetectionOfAFaceIsAnAlarm() {
    var scorer = DetectionScorer()
    scorer.add(truth: [face], detections: [detection(1, 40, 0.8), detection(0, 40, 0.9)])
    #expect(scorer.result.averagePrecision == 100)
    #expect(scorer.result.detections == 2)
  }

  @Test func smallFacesCountNeitherWay() {
    var scorer = DetectionScorer()
    scorer.add(truth: [Box(x: 110, y: 110, width: 20, height: 20)], detections: [detection(0, 20, 0.9)])
    #expect(scorer.result.faces == 0)
    #expect(scorer.result.detections == 0)
  }

  /// Ten images allow one alarm: of hit, alarm, hit, alarm, hit by score, two hits are within it.
  @Test func curve() {
    var scorer = DetectionScorer()
    for index in 0..<10 {
      let hit = index < 3 ? [detection(0, 40, 0.9 - 0.2 * Double(index))] : []
      let alarm = (3..<5).contains(index) ? [detection(100, 40, 0.8 - 0.2 * Double(index - 3))] : []
      scorer.add(truth: index < 4 ? [face] : [], detections: hit + alarm)
    }
    #expect(scorer.result.recallAtTenth == 50)
    #expect(abs(scorer.result.averagePrecision - 100 * (1 + 2.0 / 3 + 3.0 / 5) / 4) < 1e-9)
  }
}
