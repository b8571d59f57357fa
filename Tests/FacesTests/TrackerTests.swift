import Foundation
import Testing

@testable import Core
@testable import Faces

struct TrackerTests {
  private func face(_ x: Double, _ y: Double, _ side: Double = 80) -> Box { Box(x: x, y: y, width: side, height: side) }

  private func report(_ name: String, _ figures: MadeScene.Figures) {
    print(
      "\(name): MOTA \(figures.accuracy), \(figures.switches) switches, \(figures.fragments) fragments,",
      "\(figures.misses) misses, \(figures.alarms) alarms of \(figures.truths)")
  }

  @Test func crossingFacesKeepTheirNumbers() {
    let scene = MadeScene(paths: [
      { self.face(40 + 55 * $0, 120) }, { self.face(480 - 55 * $0, 140) },
    ])
    let figures = scene.follow()
    report("crossing", figures)
    #expect(figures.switches == 0)
    #expect(figures.accuracy > 0.9)
  }

  @Test func returningFaceTakesItsNumberUpAgain() {
    let scene = MadeScene(paths: [
      { (3.0..<5.0).contains($0) ? nil : self.face(100 + 30 * $0, 100) }, { _ in self.face(480, 180) },
    ])
    let figures = scene.follow()
    report("leaving and returning", figures)
    #expect(figures.switches == 0)
    #expect(figures.accuracy > 0.85)
  }

  /// Someone passes in front: the face behind comes out by and by.
  @Test func coveredFaceTakesItsNumberUpAgain() {
    var scene = MadeScene(paths: [{ _ in self.face(280, 120) }, { self.face(60 + 60 * $0, 100, 120) }])
    scene.cover = 0.5
    let figures = scene.follow()
    report("covered", figures)
    #expect(figures.switches == 0)
  }

  /// The first face swings at up to two and a half of its sides a second, twelve frames a second.
  @Test func fastAndGrowingFacesAreFollowed() {
    let scene = MadeScene(
      paths: [
        { self.face(320 + 100 * sin(2 * $0), 100) }, { self.face(30, 40, 40 + 12 * $0) },
      ], rate: 12)
    let figures = scene.follow()
    report("fast", figures)
    #expect(figures.switches <= 1)
  }

  @Test func passingAlarmsGetNoNumber() {
    var tracker = Tracker()
    let alarm = Detection(box: face(10, 10), score: 0.4)
    #expect(tracker.update([alarm], time: 0).isEmpty)
    #expect(tracker.update([], time: 0.04).isEmpty)
    #expect(tracker.update([], time: 0.5).isEmpty)
    // Even a strong one, where the recording goes on already.
    let strong = Detection(box: face(300, 10), score: 0.9)
    #expect(tracker.update([strong], time: 0.54).isEmpty)
    #expect(tracker.update([strong], time: 0.58).map(\.track) == [1])
  }

  @Test func theFirstImageIsBelievedAtOnce() {
    var tracker = Tracker()
    #expect(tracker.update([Detection(box: face(10, 10), score: 0.6)], time: 0).map(\.track) == [1])
  }

  @Test func aWeakFaceGetsANumberWhenItsScoresSumUp() {
    var tracker = Tracker()
    let weak = Detection(box: face(10, 10), score: 0.4)
    let seen = (0..<5).map { tracker.update([weak], time: Double($0) * 0.04).map(\.track) }
    #expect(seen == [[], [], [], [1], [1]])
  }

  /// Looks further apart than the time of confirmation: the next two still count.
  @Test func confirmationWaitsForTwoLooks() {
    var tracker = Tracker()
    let strong = Detection(box: face(10, 10), score: 0.9)
    #expect(tracker.update([], time: 0).isEmpty)
    #expect(tracker.update([strong], time: 1).isEmpty)
    #expect(tracker.update([strong], time: 2).map(\.track) == [1])
  }

  @Test func missedFaceIsHeldByTimeNotByFrames() {
    for rate in [10.0, 50.0] {
      var tracker = Tracker()
      _ = tracker.update([Detection(box: face(10, 10), score: 0.9)], time: 0)
      let frames = (1...Int(rate)).map { tracker.update([], time: Double($0) / rate) }
      let held = frames.prefix { !$0.isEmpty }.count
      #expect(held == Int(rate / 2))
      #expect(frames[0].map(\.isHeld) == [true])
    }
  }

  @Test func cutEndsTracks() {
    let (black, stripes) = (GreyImage(width: 128, height: 72), GreyImage(width: 128, height: 72))
    for i in 0..<(128 * 72) {
      black.pixels[i] = UInt8(i % 128)
      stripes.pixels[i] = UInt8(255 - i / 128 * 3)
    }
    var tracker = Tracker()
    let face = Detection(box: face(10, 10, 40), score: 0.9)
    #expect(tracker.update([face], time: 0, luma: black.luma).map(\.track) == [1])
    #expect(tracker.update([face], time: 0.04, luma: black.luma).map(\.track) == [1])
    #expect(tracker.update([face], time: 0.08, luma: stripes.luma).map(\.track) == [2])
  }
}
