import Foundation
import TestSupport
import Testing

@testable import Sessions
@testable import mien

/// The sample clip: 25 frames a second, faces in all of them.
let sampleClip = TestData.packageRoot.appendingPathComponent("samples/portraits.mp4").path

@Suite(.serialized) struct LiveTests {
  private func rows(_ outcome: Program.Outcome) throws -> [Row] {
    try Row.all(outcome.output)
  }

  @Test func aFilePlaysAtItsOwnPaceAndGivesRows() throws {
    let begin = Date()
    let outcome = try Program.mien("live", sampleClip, "--headless", "--frames", "50", "--jsonl", "-")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(Date().timeIntervalSince(begin) > 1.9, "50 frames last two seconds")
    let rows = try rows(outcome)
    #expect(rows.count == 50 && zip(rows, rows.dropFirst()).allSatisfy { $0.frame < $1.frame })
    let faces = try #require(rows.last).faces
    #expect(!faces.isEmpty)
    for face in faces { #expect(abs(face.probabilities.values.reduce(0, +) - 1) < 1e-3) }
    #expect(outcome.errors.contains("50 frames"))
  }

  @Test func aMirrorTurnsBoxesAround() throws {
    let plain = try rows(Program.mien("live", sampleClip, "--headless", "--frames", "30", "--jsonl", "-"))
    let turned = try rows(
      Program.mien("live", sampleClip, "--headless", "--frames", "30", "--jsonl", "-", "--mirror", "--baseline", "3s"))
    func middles(_ rows: [Row]) -> [Double] { rows.last!.faces.map { $0.box[0] + $0.box[2] / 2 }.sorted() }
    for (left, right) in zip(middles(plain), middles(turned).reversed()) { #expect(abs(left - (960 - right)) < 40) }
  }

  @Test func aRecordingPlaysAndFollowsTheRulesOfFiles() throws {
    let scratch = try Scratch()
    let file = scratch.path("live.mp4")
    let first = try Program.mien("live", sampleClip, "--headless", "--frames", "25", "--record", file)
    #expect(first.status == 0, "\(first.errors)")
    #expect((20...25).contains(try Probe.times(file).count), "an encoder on a busy machine may lose some")
    let second = try Program.mien("live", sampleClip, "--headless", "--frames", "5", "--record", file)
    #expect(second.status == 1 && second.errors.contains("--force"))
    #expect(scratch.names == ["live.mp4"])
  }

  @Test func ctrlCKeepsWhatIsThere() throws {
    let scratch = try Scratch()
    let running = try Program.start(
      Program.path,
      ["live", sampleClip, "--headless", "--record", scratch.path("a.mkv"), "--jsonl", scratch.path("a.jsonl")])
    Thread.sleep(forTimeInterval: 3)
    let begin = Date()
    running.process.send(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.status == 130, "\(outcome.errors)")
    #expect(Date().timeIntervalSince(begin) < 3)
    #expect(scratch.names == ["a.partial.jsonl", "a.partial.mkv"])
    #expect(try Probe.times(scratch.path("a.partial.mkv")).count > 10)
  }

  /// A server of files that knows no ranges, as Python has it; gives its address.
  private func serve(_ scratch: Scratch, _ body: (String) throws -> Void) throws {
    let script = """
      import functools, http.server
      files = functools.partial(http.server.SimpleHTTPRequestHandler, directory='\(scratch.folder.path)')
      server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), files)
      print(server.server_port, flush=True)
      server.serve_forever()
      """
    let server = try PythonServer(script: script)
    try withExtendedLifetime(server) { try body("http://127.0.0.1:\(server.port)") }
  }

  private func remuxed(_ scratch: Scratch, _ name: String, _ more: String...) throws {
    let made = try Program.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-i", sampleClip, "-t", "2", "-c", "copy"] + more + [scratch.path(name)])
    try #require(made.status == 0, "\(made.errors)")
  }

  /// A recording has its own pace, wherever it comes from.
  @Test func recordingsFromTheNetworkPlayAtTheirOwnPace() throws {
    let scratch = try Scratch()
    try remuxed(scratch, "a.mp4", "-movflags", "+faststart")
    try serve(scratch) { address in
      let begin = Date()
      let outcome = try Program.mien("live", "\(address)/a.mp4", "--headless", "--jsonl", "-", "--models", "fast")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(Date().timeIntervalSince(begin) > 1.8, "two seconds of frames")
      #expect(try rows(outcome).contains { $0.faces.count == 3 })
    }
  }

  /// A source that has given no frame yet is waited for, and the wait can be ended.
  @Test(arguments: ["live", "annotate"]) func aWaitForTheFirstFrameCanBeEnded(command: String) throws {
    let scratch = try Scratch()
    // The index comes last: without ranges nobody can read it.
    try remuxed(scratch, "late.mp4", "-movflags", "-faststart")
    try serve(scratch) { address in
      let more = command == "live" ? ["--headless", "--frames", "5"] : ["--jsonl", scratch.path("r.jsonl")]
      let running = try Program.start(Program.path, [command, "\(address)/late.mp4", "--models", "fast"] + more)
      Thread.sleep(forTimeInterval: 2.5)
      let begin = Date()
      running.process.send(SIGINT)
      let outcome = try running.wait()
      #expect(outcome.status == 130, "\(outcome.errors)")
      #expect(Date().timeIntervalSince(begin) < 2)
    }
  }

  @Test func anEventRunsItsCommandOnce() throws {
    let scratch = try Scratch()
    let log = scratch.path("events")
    let outcome = try Program.mien(
      "live", sampleClip, "--headless", "--frames", "60", "--event", "happy for 500ms, happy for 100s", "--exec",
      "echo \"$MIEN_EXPRESSION $MIEN_TRACK $MIEN_SECONDS\" >>\(log)")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = try scratch.text("events").split(separator: "\n").map { $0.split(separator: " ") }
    #expect(!lines.isEmpty && lines.allSatisfy { $0[0] == "happy" && Double($0[2])! >= 0.499 })
    #expect(Set(lines.map { $0[1] }).count == lines.count, "one each")
  }

  @Test(arguments: [
    (["live", "--headless", "--frames", "1", "--event", "happy 2s"], Int32(2), "happy for 2s"),
    (["live", "--headless", "--frames", "1", "--event", "hapy for 2s"], 2, "happy?"),
    (["live", "x.mp4", "--headless"], 2, "--jsonl"),
    (["live", "x.mp4", "--headless", "--exec", "true", "--frames", "1"], 2, "--event"),
    (["live", "no-such.mp4", "--headless", "--frames", "1"], 1, "no-such.mp4"),
    (["live", "x.mp4", "--screen"], 2, "--screen"),
  ])
  func whatCannotBeIsSaid(words: [String], status: Int32, hint: String) throws {
    let outcome = try Program.run(Program.path, words)
    #expect(outcome.status == status && outcome.complaints.count == 1)
    #expect(outcome.errors.contains(hint), "\(outcome.errors)")
  }

  @Test func withoutADisplayItNamesHeadless() throws {
    let outcome = try Program.run(
      "/usr/bin/env", ["-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", Program.path, "live", sampleClip, "--frames", "3"])
    #expect(outcome.status == 1 && outcome.errors.contains("--headless"), "\(outcome.errors)")
  }
}

@Suite struct RowBroadcasterTests {
  private func line(_ index: Int) -> [UInt8] {
    Array("{\"frame\":\(index),\"text\":\"\(String(repeating: "x", count: 500))\"}\n".utf8)
  }

  private func address(_ scratch: Scratch) throws -> RowAddress { try RowAddress("unix:\(scratch.path("s"))") }

  /// A reader that sleeps loses whole lines; nobody waits for it; what it gets is in order.
  @Test func aSlowReaderLosesLinesAndNobodyWaits() throws {
    let scratch = try Scratch()
    let outlet = try RowBroadcaster(address(scratch), force: false)
    #expect(outlet.isListening)
    let socket = try #require(connected(scratch.path("s")))
    Thread.sleep(forTimeInterval: 0.1)
    let begin = Date()
    for index in 0..<5000 {
      #expect(outlet.send(line(index)))
      if index % 100 == 0 { usleep(2000) }
    }
    #expect(Date().timeIntervalSince(begin) < 2)
    Thread.sleep(forTimeInterval: 0.2)
    let lost = outlet.dropped
    #expect(lost > 1000)
    let reader = StageReader(socket)
    _ = try outlet.finish(interrupted: false)
    let lines = reader.lines()
    #expect(lines.count == 5000 - outlet.dropped)
    let frames = lines.compactMap { $0.split(separator: ",").first.flatMap { Int($0.dropFirst(9)) } }
    #expect(frames.count == lines.count && zip(frames, frames.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func itConnectsToWhoeverListens() throws {
    let scratch = try Scratch()
    let first = try RowBroadcaster(address(scratch), force: false)
    let second = try RowBroadcaster(address(scratch), force: false)
    #expect(first.isListening && !second.isListening)
    _ = try second.finish(interrupted: false)
    _ = try first.finish(interrupted: false)
    #expect(scratch.names == [])
  }

  @Test func readersComeAndGo() throws {
    let scratch = try Scratch()
    let outlet = try RowBroadcaster(RowAddress("tcp:127.0.0.1:\(45_000 + Int(getpid()) % 10_000)"), force: false)
    #expect(outlet.isListening)
    #expect(outlet.send(line(0)))
    _ = try outlet.finish(interrupted: false)
    #expect(outlet.dropped == 1, "nobody was there")
    #expect(scratch.names == [])
  }

  @Test func addressesThatMakeNoSenseAreRefused() {
    for text in ["unix:", "tcp:", "tcp:host", "tcp:host:", "tcp:host:0", "tcp:host:99999"] {
      #expect(throws: LiveError.badAddress(text)) { try RowAddress(text) }
    }
  }

  private func connected(_ path: String) -> Int32? {
    guard let address = try? RowAddress("unix:\(path)"), case .connected(let socket) = try? RowSocket(address) else {
      return nil
    }
    return socket
  }
}

/// Reads a socket to its end on a thread of its own.
private final class StageReader: @unchecked Sendable {
  private var data = Data()
  private let done = DispatchSemaphore(value: 0)

  init(_ socket: Int32) {
    DispatchQueue.global().async { [self] in
      var buffer = [UInt8](repeating: 0, count: 65536)
      while case let count = read(socket, &buffer, buffer.count), count > 0 {
        data.append(contentsOf: buffer[..<count])
      }
      close(socket)
      done.signal()
    }
  }

  func lines() -> [Substring] {
    done.wait()
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
  }
}
