import Core
import Foundation
import Media
import TestSupport
import Testing

/// Bad input and bad output: the right error, and nothing under the final name.
@Suite struct FailureTests {
  private func clip(_ scratch: Scratch, _ name: String = "in.mp4", _ extra: [String] = []) throws -> String {
    try Oracle.ffmpeg(
      [
        "-f", "lavfi", "-i", "testsrc2=s=320x240:d=4:r=25", "-f", "lavfi", "-i", "sine=d=4", "-c:v", "libx264", "-g",
        "10",
        "-c:a", "aac",
      ] + extra + [scratch.path(name)])
    return scratch.path(name)
  }

  private func failure(_ body: () throws -> Void) -> MediaError? {
    do { try body() } catch { return error as? MediaError }
    return nil
  }

  @Test func notMedia() throws {
    let scratch = try Scratch()
    #expect(failure { _ = try MediaInput.open(scratch.path("none.mp4")) } == .missing(scratch.path("none.mp4")))
    try String(repeating: "just words\n", count: 200).write(
      toFile: scratch.path("t.mp4"), atomically: true, encoding: .utf8)
    guard case .notMedia = failure({ _ = try MediaInput.open(scratch.path("t.mp4")) }) else {
      Issue.record("text is no movie")
      return
    }
    try "".write(toFile: scratch.path("empty.mp4"), atomically: true, encoding: .utf8)
    #expect(failure { _ = try MediaInput.open(scratch.path("empty.mp4")) } == .empty(scratch.path("empty.mp4")))
    #expect(failure { _ = try MediaInput.open(scratch.folder.path) } == .nothingFound(scratch.folder.path))
    #expect(failure { _ = try MediaLocations.expand([scratch.path("*.mov")]) } == .nothingFound(scratch.path("*.mov")))
    try Oracle.ffmpeg(["-f", "lavfi", "-i", "sine=d=1", scratch.path("sound.wav")])
    #expect(failure { _ = try MediaInput.open(scratch.path("sound.wav")) } == .noVideo(scratch.path("sound.wav")))
  }

  @Test func foldersAndPatterns() throws {
    let scratch = try Scratch()
    for name in ["b10.mp4", "b2.MP4", "a.txt", ".c.mp4"] {
      _ = FileManager.default.createFile(atPath: scratch.path(name), contents: nil)
    }
    #expect(try MediaLocations.expand([scratch.folder.path]) == [scratch.path("b2.MP4"), scratch.path("b10.mp4")])
    #expect(try MediaLocations.expand([scratch.path("b*")]) == [scratch.path("b2.MP4"), scratch.path("b10.mp4")])
    #expect(try MediaLocations.expand(["rtsp://a/*", "-"]) == ["rtsp://a/*", "-"])
  }

  @Test func outputsAreNotReplaced() throws {
    let scratch = try Scratch()
    let path = try clip(scratch)
    #expect(failure { try rewrite(path, to: path, OutputOptions(codec: nil, force: true)) } == .outputIsInput(path))
    try "precious".write(toFile: scratch.path("out.mp4"), atomically: true, encoding: .utf8)
    #expect(failure { try rewrite(path, to: scratch.path("out.mp4")) } == .exists(scratch.path("out.mp4")))
    #expect(
      failure { try rewrite(path, to: scratch.path("out.xyz")) }
        == .unknownContainer(scratch.path("out.xyz"), extension: "xyz"))
    #expect(failure { try rewrite(path, to: scratch.path("no/out.mp4")) } == .noFolder(scratch.path("no/out.mp4")))
    #expect(
      failure { try rewrite(path, to: scratch.path("out.png")) } == .stillTakesOneImage(scratch.path("out.png")))
    guard
      case .unknownCodec("h266", _) = failure({
        try rewrite(path, to: scratch.path("a.mp4"), OutputOptions(codec: "h266"))
      })
    else {
      Issue.record("h266 is no codec")
      return
    }
    #expect(
      failure { try rewrite(path, to: scratch.path("a.webm"), OutputOptions(codec: "h264")) }
        == .codecNotInContainer(codec: "h264", container: "webm"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted() == ["in.mp4", "out.mp4"])
    try rewrite(path, to: scratch.path("out.mp4"), OutputOptions(codec: nil, force: true))
    #expect(try Oracle.times(scratch.path("out.mp4")).count == 100)
  }

  @Test func fullDisk() throws {
    let scratch = try Scratch()
    let path = try clip(scratch)
    try FileManager.default.createSymbolicLink(atPath: scratch.path("full.mkv"), withDestinationPath: "/dev/full")
    #expect(
      failure { try rewrite(path, to: scratch.path("full.mkv"), OutputOptions(codec: nil, force: true)) }
        == .diskFull(scratch.path("full.mkv")))
  }

  @Test(arguments: ["mp4", "mkv", "webm"])
  func whatWasWrittenIsPlayable(ending: String) throws {
    let scratch = try Scratch()
    let input = try MediaInput.open(try clip(scratch))
    let output = try MediaOutput.create(scratch.path("out.\(ending)"), for: input)
    for _ in 0..<40 {
      guard let frame = try input.next() else { break }
      try output.consume(frame, FrameResult(frame: frame.index, time: frame.time, faces: []))
    }
    #expect(try output.keepPartial() == scratch.path("out.partial.\(ending)"))
    #expect(try Oracle.times(scratch.path("out.partial.\(ending)")).count == 40)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("out.\(ending)")))
  }

  @Test func withoutCommitNothingStays() throws {
    let scratch = try Scratch()
    let input = try MediaInput.open(try clip(scratch))
    var output: MediaOutput? = try MediaOutput.create(scratch.path("out.mp4"), for: input)
    try output?.finish()
    output = nil
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["in.mp4"])
  }

  @Test func truncatedFileGivesWhatItHas() throws {
    let scratch = try Scratch()
    let path = try clip(scratch, "in.mp4", ["-movflags", "+faststart"])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.prefix(bytes.count * 6 / 10).write(to: URL(fileURLWithPath: scratch.path("cut.mp4")))
    let warnings = try rewrite(scratch.path("cut.mp4"), to: scratch.path("out.mp4"))
    #expect(warnings.contains { if case .truncated(let expected, _) = $0 { abs(expected - 4) < 0.1 } else { false } })
    let count = try Oracle.times(scratch.path("out.mp4")).count
    #expect(count > 30 && count < 80)
  }

  @Test func damagedPacketsAreCounted() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=320x240:d=4:r=25", "-c:v", "libx264", "-g", "5", scratch.path("in.mkv"),
    ])
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.path("in.mkv"))))
    for at in stride(from: bytes.count / 4, to: bytes.count * 3 / 4, by: 20_000) {
      for next in at..<at + 4000 { bytes[next] = 0 }
    }
    try Data(bytes).write(to: URL(fileURLWithPath: scratch.path("bad.mkv")))
    let input = try MediaInput.open(scratch.path("bad.mkv"))
    var count = 0
    while try input.next() != nil { count += 1 }
    #expect(count > 50)
    #expect(input.warnings.contains { if case .corrupt(let packets) = $0 { packets > 0 } else { false } })
  }

  @Test func silentServerTimesOut() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, size)
        _ = listen(listener, 4)
        _ = getsockname(listener, $0, &size)
      }
    }
    let url = "rtsp://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/live"
    var options = InputOptions()
    options.timeout = 0.5
    let start = Date()
    #expect(failure { _ = try MediaInput.open(url, options: options) } == .timedOut(url, seconds: 0.5))
    #expect(Date().timeIntervalSince(start) < 3)
  }

  @Test func nobodyListens() {
    guard case .unreachable = failure({ _ = try MediaInput.open("http://127.0.0.1:9/a.mp4") }) else {
      Issue.record("a closed port is unreachable")
      return
    }
  }
}
