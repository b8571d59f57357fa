import Faces
import Testing

@testable import Core
@testable import Recognition

@Suite struct CoverPlannerTests {
  private func face(_ x: Double, score: Double = 0.9, side: Double = 50) -> Detection {
    Detection(box: Box(x: x, y: 100, width: side, height: side), score: score)
  }

  /// Feeds 25 frames a second; `sights` by the frame's number.
  private func planner(_ count: Int, cuts: Set<Int> = [], _ sights: (Int) -> [Detection]) -> CoverPlanner {
    var planner = CoverPlanner()
    for frame in 0..<count { planner.add(sights(frame), time: Double(frame) / 25, isCut: cuts.contains(frame)) }
    return planner
  }

  private func covers(_ planner: CoverPlanner, _ frame: Int, shot: Int = 0) -> [Box] {
    planner.covers(at: Double(frame) / 25, shot: shot)
  }

  @Test func aFaceIsCoveredFromBeforeItsFirstSightUntilAfterItsLast() {
    let planner = planner(100) { (40..<60).contains($0) ? [face(200)] : [] }
    #expect(covers(planner, 10).isEmpty && covers(planner, 95).isEmpty)
    for frame in 21..<84 {
      let covers = covers(planner, frame)
      #expect(covers.count == 1 && covers[0].x <= 200 && covers[0].x + covers[0].width >= 250, "frame \(frame)")
    }
  }

  @Test func aGapIsCoveredWhereTheFacePasses() {
    let planner = planner(100) { (30..<40).contains($0) || (70..<80).contains($0) ? [face(Double($0) * 10)] : [] }
    for frame in 40..<70 {
      let place = Double(frame) * 10
      #expect(covers(planner, frame).contains { $0.x <= place && $0.x + $0.width >= place + 50 }, "frame \(frame)")
    }
  }

  @Test func aFastFaceIsCoveredWhereItCameFrom() {
    let planner = planner(60) { (20..<40).contains($0) ? [face(Double($0) * 12)] : [] }
    for frame in 18..<20 {
      let place = Double(frame) * 12
      #expect(covers(planner, frame).contains { $0.x <= place && $0.x + $0.width >= place + 50 }, "frame \(frame)")
    }
  }

  @Test func nothingReachesOverACut() {
    let planner = planner(60, cuts: [30]) { $0 >= 30 ? [face(200)] : [] }
    #expect(covers(planner, 29, shot: 0).isEmpty)
    #expect(covers(planner, 30, shot: 1).count == 1)
  }

  @Test func aPassingDoubtCoversLittleMoreThanItself() {
    let planner = planner(60) { $0 == 30 ? [face(200, score: 0.2)] : [] }
    #expect(covers(planner, 30).count == 1 && covers(planner, 27).count == 1)
    #expect(covers(planner, 20).isEmpty && covers(planner, 40).isEmpty)
  }

  @Test func twoFacesAreTwoPlaces() {
    let planner = planner(30) { _ in [face(100), face(300)] }
    #expect(covers(planner, 15).map(\.x).sorted() == [100, 300])
  }
}
