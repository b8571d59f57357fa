import Synchronization
import Testing

@testable import Core
@testable import Recognition

@Suite struct LivePipelineTests {
  /// Networks that manage twenty inferences a second hold up no camera of a hundred frames a second. (Whether none is dropped depends on what
  /// else the machine does: `make bench-live`.)
  @Test func framesAreShownThoughNetworksAreSlow() throws {
    let pipeline = livePipeline(ensemble: ScriptedEnsemble([3], seconds: 0.05))
    let viewer = MemoryViewer()
    let report = try pipeline.run(from: ScriptedCamera(frames: 100, rate: 100), into: viewer)
    #expect(viewer.results.count == report.frames && report.frames + report.dropped == 100)
    #expect(zip(viewer.results, viewer.results.dropFirst()).allSatisfy { $0.frame < $1.frame })
    let recognise = try #require(report.stage("recognise"))
    #expect(recognise.count >= 1 && report.frames > 2 * recognise.count, "one look takes five frames' time")
    #expect(recognise.count + recognise.dropped == report.stage("detect")?.count)
  }

  /// Between looks, boxes are carried on and say so.
  @Test func framesWithoutALookHoldTheirFaces() throws {
    let viewer = MemoryViewer()
    _ = try livePipeline(detector: SteadyDetector(seconds: 0.03)).run(
      from: ScriptedCamera(frames: 100, rate: 100), into: viewer)
    let late = viewer.results.suffix(50).flatMap(\.faces)
    #expect(late.count >= 48 && late.allSatisfy { $0.expression == "happy" && $0.track == 1 })
    #expect(late.filter { $0.source == .held }.count > 25)
  }

  /// With more faces each gets fewer networks a look; looks keep their rate. (Drops are `make bench-live`'s matter here, too.)
  @Test func networksGiveWayToFaces() throws {
    let reports = try [2, 8].map { faces in
      try livePipeline(
        detector: SteadyDetector(faces: faces), ensemble: ScriptedEnsemble([3, 3, 3], seconds: 0.002), budget: 0.0125
      ).run(from: ScriptedCamera(frames: 120, rate: 60), into: MemoryViewer())
    }
    #expect(reports.allSatisfy { $0.dropped + $0.frames == 120 })
    #expect(reports[0].networksPerFace > 1.5 * reports[1].networksPerFace)
    #expect(reports[1].networksPerFace > 0.1 && reports[0].networksPerFace <= 3)
    let looks = reports.map { $0.stage("recognise")!.count }
    #expect(looks[1] * 2 > looks[0], "\(looks)")
  }

  @Test func losslessGivesEveryFrameItsOwnResult() throws {
    let viewer = MemoryViewer()
    let report = try livePipeline(.lossless, detector: SteadyDetector(faces: 2)).run(
      from: ScriptedSource(frames: 300), into: viewer)
    #expect(viewer.results.map(\.frame) == Array(0..<300))
    #expect(viewer.results.allSatisfy { $0.faces.map(\.source) == [.measured, .measured] })
    #expect(report.stages.allSatisfy { $0.count == 300 && $0.dropped == 0 })
    #expect(report.faces == 2 && report.networksPerFace == 1)
  }

  @Test func aSlowViewerLosesFramesAndCountsThem() throws {
    let viewer = MemoryViewer(seconds: 0.02)
    let report = try livePipeline().run(from: ScriptedCamera(frames: 100, rate: 200), into: viewer)
    #expect(report.dropped > 20 && report.dropped + report.frames == 100)
    #expect(zip(viewer.results, viewer.results.dropFirst()).allSatisfy { $0.frame < $1.frame })
  }

  @Test func theViewerEndsTheRun() throws {
    let report = try livePipeline().run(from: ScriptedCamera(), into: MemoryViewer(limit: 7))
    #expect(report.frames == 7)
  }

  @Test(arguments: [QueuePolicy.live, .lossless])
  func anErrorOfEachStageIsThrown(policy: QueuePolicy) {
    #expect(throws: ScriptedError.self) {
      try livePipeline(policy).run(from: ScriptedSource(frames: 99, failingAt: 40), into: MemoryViewer())
    }
    #expect(throws: ScriptedError.self) {
      try livePipeline(policy, ensemble: ScriptedEnsemble([3], failingAt: 5)).run(
        from: ScriptedCamera(), into: MemoryViewer())
    }
    #expect(throws: ScriptedError.self) {
      try livePipeline(policy).run(from: ScriptedCamera(), into: MemoryViewer(failingAt: 5))
    }
  }

  @Test func cancellingEndsWithinAFramesTime() throws {
    let cancellation = Cancellation()
    let clock = SystemClock()
    let pipeline = livePipeline(cancellation: cancellation)
    let asked = Mutex(0.0)
    let stopper = StageThread {
      clock.sleep(until: clock.now() + 0.3)
      asked.withLock { $0 = clock.now() }
      cancellation.cancel()
    }
    _ = try pipeline.run(from: ScriptedCamera(rate: 30), into: MemoryViewer())
    let took = clock.now() - asked.withLock { $0 }
    try stopper.join().get()
    #expect(took < 0.15, "a frame's time and the patience of a busy machine")
  }

  @Test func slowSinksDropAndCount() throws {
    let sink = MemorySink { _ in SystemClock().sleep(until: SystemClock().now() + 0.005) }
    let detached = DetachedSink(sink, depth: 2)
    for index in 0..<50 {
      try detached.consume(PlainFrame(index: index, time: 0), FrameResult(frame: index, time: 0, faces: []))
    }
    try detached.finish()
    #expect(sink.results.count + detached.dropped == 50 && detached.dropped > 0)
    #expect(sink.results.last?.frame == 49)
  }

  @Test func aFailingSinkIsHeardOf() {
    let detached = DetachedSink(MemorySink(failingAt: 0))
    #expect(throws: ScriptedError(at: 0)) {
      for _ in 0..<1000 {
        try detached.consume(PlainFrame(index: 0, time: 0), FrameResult(frame: 0, time: 0, faces: []))
      }
      try detached.finish()
    }
  }
}

/// Many beginnings and ends, for the thread sanitizer: `make test-live`.
@Suite struct LiveCyclesSlow {
  /// Frames come in order, none twice; all of them where none may be left out and nobody stops the run.
  private func check(_ viewer: MemoryViewer, _ report: LiveReport, run: Int) {
    let shown = viewer.results.map(\.frame)
    #expect(zip(shown, shown.dropFirst()).allSatisfy { $0 < $1 } && shown.count == report.frames, "run \(run)")
    if run % 3 == 1 { #expect(shown.count <= max(run % 10, 1), "run \(run)") }
    if run % 3 == 2 { #expect(shown.count + report.dropped == 20, "run \(run)") }
    if run % 5 == 4 { #expect(report.dropped == 0 && shown == Array(0..<shown.count), "run \(run)") }
  }

  @Test func aHundredRunsEndOrAreStopped() throws {
    for run in 0..<100 {
      let cancellation = Cancellation()
      let ensemble = ScriptedEnsemble([3, 4, 6], seconds: 0.002)
      let pipeline = livePipeline(
        run % 5 == 4 ? .lossless : .live, detector: SteadyDetector(faces: run % 4), ensemble: ensemble, budget: 0.004,
        cancellation: cancellation)
      let stopper = StageThread {
        let clock = SystemClock()
        clock.sleep(until: clock.now() + 0.002 * Double(run % 20))
        if run % 3 == 0 { cancellation.cancel() }
        _ = pipeline.report
      }
      let viewer = MemoryViewer(limit: run % 3 == 1 ? run % 10 : .max)
      let report = try pipeline.run(from: ScriptedCamera(frames: 20, rate: 1000), into: viewer)
      try stopper.join().get()
      check(viewer, report, run: run)
    }
  }
}
