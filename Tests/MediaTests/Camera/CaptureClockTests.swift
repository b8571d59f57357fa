import Testing

@testable import Media

/// Times and numbers of a driver's buffers.
@Suite struct CaptureClockTests {
  @Test func driverTimesAreTaken() {
    var clock = CaptureClock()
    #expect(clock.time(stamp: 100, arrival: 100.02) == 0)
    #expect(abs(clock.time(stamp: 100.04, arrival: 100.1) - 0.04) < 1e-9)
  }

  @Test func otherClocksAndWildTimesGiveWayToTheArrival() {
    var clock = CaptureClock()
    #expect(clock.time(stamp: nil, arrival: 5) == 0)
    #expect(abs(clock.time(stamp: 1e9, arrival: 5.1) - 0.1) < 1e-9)
    #expect(abs(clock.time(stamp: 0.001, arrival: 5.2) - 0.2) < 1e-9)
  }

  @Test func timesNeverGoBack() {
    var clock = CaptureClock()
    let times = [10.0, 10.04, 10.01, 10.01, 10.08].map { clock.time(stamp: $0, arrival: 10.1) }
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(abs(times[4] - 0.08) < 1e-9)
  }

  @Test func gapsAreCounted() {
    var counter = SequenceCounter()
    #expect([7, 8, 10, 11, 20].map { counter.missing(before: $0) } == [0, 0, 1, 0, 8])
  }

  @Test func numbersWrapStandStillAndBeginAnew() {
    var counter = SequenceCounter()
    #expect([.max - 1, .max, 0, 2].map { counter.missing(before: $0) } == [0, 0, 0, 1])
    #expect([2, 2, 1].map { counter.missing(before: $0) } == [0, 0, 0])
    counter.restart()
    #expect(counter.missing(before: 50) == 0)
  }
}
