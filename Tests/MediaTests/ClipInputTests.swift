import Foundation
import Media
import TestSupport
import Testing

/// Reading the real clips, with ffprobe as the oracle.
@Suite(.enabled(if: TestData.folder != nil, "\(TestData.missing)"))
struct ClipInputTests {
  @Test(arguments: Clips.all)
  func framesAndTimesAreFFprobes(path: String) throws {
    let input = try MediaInput.open(path)
    var times: [Double] = []
    while let frame = try input.next() {
      #expect(frame.index == times.count)
      times.append(frame.time)
    }
    let expected = try Oracle.times(path)
    #expect(times.count == expected.count)
    #expect(zip(times, expected).allSatisfy { abs($0 - ($1 ?? $0)) < 0.000_01 })
  }

  @Test func estimatesAreClose() throws {
    let input = try MediaInput.open(Clips.path("liveportrait_s32.mp4"))
    #expect(input.info.frames == 180)
    #expect(input.info.frameRate == 30)
    #expect(input.info.width == 1280 && input.info.height == 720)
    #expect(abs(input.info.duration! - 6) < 0.01)
  }
}
