import Core
import Foundation
import Rows
import Sessions
import TestSupport
import Testing

/// What a session said.
private final class Notices: Sendable {
  private let all = Locked<[SessionNotice]>([])

  var context: SessionContext { SessionContext { notice in self.all.withLock { $0.append(notice) } } }
  var began: Int { count { if case .began = $0 { true } else { false } } }
  var frames: Int { count { if case .frameDone = $0 { true } else { false } } }
  var written: [String] {
    all.withLock { $0.flatMap { if case .wrote(let names) = $0 { names } else { [String]() } } }
  }

  private func count(_ isOne: (SessionNotice) -> Bool) -> Int { all.withLock { $0.count(where: isOne) } }
}

/// Keeps what it is given.
private final class KeptFrames: LiveSink {
  let name = "kept"
  let takesFrames = true
  private(set) var results: [FrameResult] = []
  private(set) var sizes: [Int] = []
  private(set) var ending: LiveEnding?

  func take(_ result: FrameResult) -> Bool {
    results.append(result)
    return true
  }
  func take(_ frame: any Frame, _ result: FrameResult) { sizes.append(frame.width) }
  func finish(_ ending: LiveEnding) -> String? {
    self.ending = ending
    return nil
  }
}

/// Cannot take its third result.
private final class Failing: LiveSink {
  let name = "failing"
  private var count = 0

  func take(_ result: FrameResult) throws -> Bool {
    count += 1
    if count == 3 { throw LiveError.noScreen }
    return true
  }
}

private let sample = TestData.packageRoot.appendingPathComponent("samples/portraits.mp4").path

/// Sessions as another program drives them.
@Suite struct SessionTests {
  @Test func annotatingSaysWhatItDoes() throws {
    let scratch = try Scratch()
    let notices = Notices()
    var request = AnnotateRequest(inputs: [sample])
    request.duration = 0.4
    request.rows = [(.jsonl, scratch.path("rows.jsonl")), (.vtt, scratch.path("rows.vtt"))]
    try AnnotateSession(request, context: notices.context).run()
    let rows = try scratch.text("rows.jsonl").split(separator: "\n")
    #expect(rows.count == notices.frames && notices.began == 1 && rows.count >= 9)
    #expect(Set(notices.written) == [scratch.path("rows.jsonl"), scratch.path("rows.vtt")])
  }

  @Test func aCancelledSessionKeepsWhatIsDone() throws {
    let scratch = try Scratch()
    let cancellation = Cancellation()
    var request = AnnotateRequest(inputs: [sample])
    request.rows = [(.jsonl, scratch.path("rows.jsonl"))]
    let context = SessionContext(cancellation: cancellation) { if case .frameDone = $0 { cancellation.cancel() } }
    let partial = scratch.path("rows.partial.jsonl")
    #expect(throws: Interrupted(kept: [partial])) { try AnnotateSession(request, context: context).run() }
    #expect(try !scratch.text("rows.partial.jsonl").isEmpty)
  }

  @Test func ownSinksGetResultsAndDrawnFrames() throws {
    let kept = KeptFrames()
    var request = LiveRequest()
    (request.source, request.frames) = (sample, 12)
    let summary = try LiveSession(request, sinks: [kept]).run()
    #expect(kept.results.count == 12 && kept.sizes.count == 12 && Set(kept.sizes).count == 1)
    #expect(kept.ending == LiveEnding(isPartial: false, waits: true))
    #expect(summary.endedEarly.isEmpty && !summary.wasCancelled)
  }

  @Test func aSinkThatFailsIsLeftOut() throws {
    let kept = KeptFrames()
    var request = LiveRequest()
    (request.source, request.frames) = (sample, 8)
    let summary = try LiveSession(request, sinks: [Failing(), kept]).run()
    #expect(summary.endedEarly == ["failing"] && kept.results.count == 8)
    #expect(throws: LiveError.noScreen) { try LiveSession(request, sinks: [Failing()]).run() }
  }

  @Test func rulesThatCannotComeTrueAreRefused() throws {
    var request = LiveRequest()
    (request.source, request.events) = (sample, [try #require(EventRule("hapy for 2s"))])
    #expect { try LiveSession(request) } throws: { error in
      guard case LiveError.unknownExpression("hapy", known: let known) = error else { return false }
      return known.contains("happy")
    }
  }
}

@Suite struct CancellationTests {
  @Test func handlersRunOnceAndLateOnesAtOnce() {
    let cancellation = Cancellation()
    let count = Locked(0)
    cancellation.onCancel { count.withLock { $0 += 1 } }
    cancellation.cancel()
    cancellation.cancel()
    cancellation.onCancel { count.withLock { $0 += 10 } }
    #expect(count.withLock { $0 } == 11 && cancellation.isCancelled)
  }
}
