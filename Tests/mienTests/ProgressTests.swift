import Core
import Testing

@testable import mien

@Suite struct ProgressTests {
  @Test func countsRatesAndWhatIsLeft() {
    let clock = HandClock()
    var progress = Progress("a.mp4", total: 400, clock: clock)
    for _ in 0..<99 { #expect(progress.step() == nil) }
    clock.time = 4
    #expect(progress.step() == "a.mp4: 100 of 400 frames, 25.0 frames/s, 12.0 s left")
    clock.time = 4.1
    #expect(progress.step() == nil)
    #expect(progress.summary() == "101 frames in 4.1 s, 24.6 frames/s")
  }

  @Test(arguments: [(4.54, "4.5 s"), (59.4, "59.4 s"), (59.7, "1:00"), (125, "2:05"), (3723, "1:02:03")])
  func durations(seconds: Double, expected: String) {
    #expect(duration(seconds) == expected)
  }
}

/// A clock that a test moves by hand, from one thread.
private final class HandClock: Clock, @unchecked Sendable {
  var time = 0.0
  func now() -> Double { time }
  func sleep(until time: Double) { self.time = max(self.time, time) }
}
