import Testing

@testable import Core
@testable import Recognition

@Suite struct PipelineTests {
  @Test(arguments: [1, 2, 5]) func everyFrameArrivesInOrder(depth: Int) throws {
    let sink = MemorySink()
    let outcome = try Pipeline(depth: depth).run(from: ScriptedSource(frames: 500), through: NobodyThere(), into: sink)
    #expect(sink.results.map(\.frame) == Array(0..<500))
    #expect(outcome.frames == 500 && !outcome.cancelled)
    #expect(outcome.stages.map(\.name) == ["decode", "analyse", "write"])
    #expect(outcome.stages.allSatisfy { $0.count == 500 && $0.dropped == 0 })
  }

  @Test func anErrorOfEachStageIsThrownAndStopsTheOthers() {
    #expect(throws: ScriptedError(at: 40)) {
      try Pipeline().run(from: ScriptedSource(frames: 99, failingAt: 40), through: NobodyThere(), into: MemorySink())
    }
    #expect(throws: ScriptedError(at: 41)) {
      try Pipeline().run(from: ScriptedSource(frames: 99), through: NobodyThere(failingAt: 41), into: MemorySink())
    }
    let source = ScriptedSource(frames: 1_000_000)
    #expect(throws: ScriptedError(at: 42)) {
      try Pipeline().run(from: source, through: NobodyThere(), into: MemorySink(failingAt: 42))
    }
    #expect(source.given < 60)
  }

  @Test func aFailingSourceStillDeliversWhatCameBefore() {
    let sink = MemorySink()
    _ = try? Pipeline().run(from: ScriptedSource(frames: 99, failingAt: 40), through: NobodyThere(), into: sink)
    #expect(sink.results.count == 40)
  }

  @Test func cancellingKeepsWhatIsUnderWay() throws {
    let cancellation = Cancellation()
    let sink = MemorySink { if $0 == 20 { cancellation.cancel() } }
    let outcome = try Pipeline(cancellation: cancellation).run(
      from: ScriptedSource(frames: 1_000_000), through: NobodyThere(), into: sink)
    #expect(outcome.cancelled)
    #expect(sink.results.map(\.frame) == Array(0..<outcome.frames))
    #expect((21...40).contains(outcome.frames))
  }

  @Test func aClockThatStandsStillMeasuresNothing() throws {
    let outcome = try Pipeline(clock: FakeClock()).run(
      from: ScriptedSource(frames: 3), through: NobodyThere(), into: MemorySink())
    #expect(outcome.stages.allSatisfy { $0.p99 < 0.0011 })
  }
}

@Suite struct StageMeterTests {
  @Test func percentilesAreTrueWithinOneStep() {
    var meter = StageMeter()
    for millisecond in 1...1000 { meter.add(seconds: Double(millisecond) / 1000, depth: 1) }
    let report = meter.report("x", dropped: 3)
    for (value, truth) in [(report.p50, 500.0), (report.p95, 950), (report.p99, 990)] {
      #expect(abs(value - truth) / truth < 0.011)
    }
    #expect(report.count == 1000 && report.dropped == 3 && report.queueDepth == 1)
  }
}
