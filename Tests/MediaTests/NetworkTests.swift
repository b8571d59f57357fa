import Core
import Foundation
import Media
import Synchronization
import TestSupport
import Testing

/// Connections that break, against real servers.
@Suite(.serialized) struct NetworkTests {
  private func server(_ name: String, _ arguments: [String]) throws -> PythonServer {
    try PythonServer(
      file: TestData.packageRoot.appendingPathComponent("Tests/MediaTests/Servers/\(name).py"), arguments)
  }

  private func clip(_ path: String, seconds: Int = 6, noise: Int = 0) throws -> Int {
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=320x240:d=\(seconds):r=25,noise=alls=\(noise)", "-f", "lavfi", "-i",
      "sine=d=\(seconds)", "-c:v",
      "libx264", "-preset", "ultrafast", "-g", "10", "-c:a", path.hasSuffix("ts") ? "mp2" : "aac", "-movflags",
      "+faststart", path,
    ])
    return try Data(contentsOf: URL(fileURLWithPath: path)).count
  }

  private func options(tries: Int) -> InputOptions {
    var options = InputOptions()
    (options.timeout, options.reconnections) = (5, tries)
    return options
  }

  /// Numbers and times of all frames.
  private func times(_ input: MediaInput) throws -> [Double] {
    var times: [Double] = []
    while let frame = try input.next() {
      #expect(frame.index == times.count)
      times.append(frame.time)
    }
    return times
  }

  /// Whether or not the server sends parts, nothing is missing and nothing comes twice, sound and frames.
  @Test(arguments: [0, 1]) func recordingGoesOnWhereItBroke(ranges: Int) throws {
    let scratch = try Scratch()
    let size = try clip(scratch.path("in.mp4"))
    let server = try server("breaking_server", [scratch.path("in.mp4"), "\(size * 6 / 10)", "2", "0", "\(ranges)"])
    let url = "http://127.0.0.1:\(server.port)/in.mp4"
    let input = try MediaInput.open(url, options: options(tries: 3))
    let output = try MediaOutput.create(scratch.path("out.mkv"), for: input)
    while let frame = try input.next() {
      try output.consume(frame, FrameResult(frame: frame.index, time: frame.time, faces: []))
    }
    try output.commit()
    let (before, after) = (try Oracle.times(scratch.path("in.mp4")), try Oracle.times(scratch.path("out.mkv")))
    #expect(before.count == 150 && after.count == 150)
    #expect(zip(before, after).allSatisfy { abs($0! - $1!) <= 0.001 })
    #expect(try Oracle.payloads(scratch.path("in.mp4"), "a") == Oracle.payloads(scratch.path("out.mkv"), "a"))
    #expect(input.warnings == [.reconnected(times: 2 - ranges)])
  }

  @Test func triesAreCounted() throws {
    let scratch = try Scratch()
    let size = try clip(scratch.path("in.mp4"))
    let server = try server("breaking_server", [scratch.path("in.mp4"), "\(size / 2)", "1", "1", "0"])
    let input = try MediaInput.open("http://127.0.0.1:\(server.port)/in.mp4", options: options(tries: 2))
    let begin = Date()
    #expect((20..<140).contains(try times(input).count))
    #expect(Date().timeIntervalSince(begin) < 10)
    #expect(input.warnings.contains { if case .brokeOff(_, tries: 2) = $0 { true } else { false } })
  }

  /// A camera whose clock begins anew with each connection.
  @Test func cameraComesBack() throws {
    let scratch = try Scratch()
    _ = try clip(scratch.path("in.ts"))
    _ = try clip(scratch.path("later.ts"), noise: 20)
    let server = try server("camera", [scratch.path("in.ts"), scratch.path("later.ts")])
    let input = try MediaInput.open("rtsp://127.0.0.1:\(server.port)/live", options: options(tries: 2))
    let times = try times(input)
    #expect(times.count > 200 && zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(input.warnings.contains(.reconnected(times: 1)))
    #expect(input.warnings.contains { if case .brokeOff(_, tries: 2) = $0 { true } else { false } })
  }

  /// A server that plays a file to each who comes has played it once it plays it again.
  @Test func playedRecordingEnds() throws {
    let scratch = try Scratch()
    _ = try clip(scratch.path("in.ts"), seconds: 2)
    let server = try server("camera", Array(repeating: scratch.path("in.ts"), count: 9))
    let input = try MediaInput.open("rtsp://127.0.0.1:\(server.port)/file", options: options(tries: 5))
    // FFmpeg keeps back the last piece of a transport stream in RTP.
    #expect((48...50).contains(try times(input).count))
    #expect(input.warnings.allSatisfy { $0 == .reconnected(times: 1) })
    #expect(input.failure == nil)
  }

  /// A finite file is read once, whether or not the sender says how long it is.
  @Test(arguments: ["close", "chunked", "silent"], ["ts", "mp4", "mkv"])
  func fileWithoutLengthEnds(end: String, container: String) throws {
    let scratch = try Scratch()
    _ = try clip(scratch.path("in.\(container)"), seconds: 1)
    let server = try server("open_ended_server", [scratch.path("in.\(container)"), end, "0", "0"])
    let input = try MediaInput.open("http://127.0.0.1:\(server.port)/in", options: options(tries: 5))
    let begin = Date()
    let times = try times(input)
    #expect(times.count == 25 && zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(Date().timeIntervalSince(begin) < 3)
    #expect(input.failure == nil)
  }

  /// One that is reset is taken up where it broke, though it can be had from its beginning alone, and no frame comes twice.
  @Test(arguments: ["close", "chunked"], ["ts", "mkv"])
  func fileWithoutLengthIsTakenUp(end: String, container: String) throws {
    let scratch = try Scratch()
    let size = try clip(scratch.path("in.\(container)"), seconds: 4)
    let server = try server(
      "open_ended_server", [scratch.path("in.\(container)"), end, "\(size * 6 / 10 / 1000 * 1000)", "2"])
    let input = try MediaInput.open("http://127.0.0.1:\(server.port)/in", options: options(tries: 5))
    let output = try MediaOutput.create(scratch.path("out.mkv"), for: input)
    while let frame = try input.next() {
      try output.consume(frame, FrameResult(frame: frame.index, time: frame.time, faces: []))
    }
    try output.commit()
    #expect(input.warnings == [.reconnected(times: 2)])
    #expect(input.failure == nil)
    let (before, after) = (try Oracle.times(scratch.path("in.\(container)")), try Oracle.times(scratch.path("out.mkv")))
    #expect(after.count == 100 && zip(before, after).allSatisfy { abs($0! - $1!) <= 0.001 })
    #expect(try Oracle.payloads(scratch.path("in.\(container)"), "a") == Oracle.payloads(scratch.path("out.mkv"), "a"))
  }

  /// Whoever looks on is told of an outage, and of its end.
  @Test func outagesAreSaid() throws {
    let scratch = try Scratch()
    let size = try clip(scratch.path("in.mp4"), seconds: 2)
    let server = try server("breaking_server", [scratch.path("in.mp4"), "\(size / 2)", "1", "0", "0"])
    let heard = Mutex<[ConnectionChange]>([])
    var options = options(tries: .max)
    options.isWatched = true
    options.connectionChanged = { change in heard.withLock { $0.append(change) } }
    let input = try MediaInput.open("http://127.0.0.1:\(server.port)/in.mp4", options: options)
    #expect(try times(input).count == 50)
    let changes = heard.withLock { $0 }
    #expect(changes.count == 2 && changes.last == .back)
  }

  /// Waiting for a source to come back ends when told to.
  @Test func waitingCanBeStopped() throws {
    let scratch = try Scratch()
    let size = try clip(scratch.path("in.mp4"), seconds: 2)
    let server = try server("breaking_server", [scratch.path("in.mp4"), "\(size / 2)", "1", "1", "0"])
    let input = try MediaInput.open("http://127.0.0.1:\(server.port)/in.mp4", options: options(tries: 50))
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 3)
      input.cancel()
    }
    let begin = Date()
    #expect(throws: MediaError.cancelled("http://127.0.0.1:\(server.port)/in.mp4")) { while try input.next() != nil {} }
    #expect(Date().timeIntervalSince(begin) < 5)
  }
}
