import Core
import Testing

@Test func overlapIsIntersectionOverUnion() {
  let a = Box(x: 0, y: 0, width: 2, height: 2)
  #expect(a.overlap(Box(x: 1, y: 0, width: 2, height: 2)) == 1.0 / 3)
  #expect(a.overlap(Box(x: 2, y: 0, width: 2, height: 2)) == 0)
}
