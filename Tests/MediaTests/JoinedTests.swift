import Foundation
import Media
import TestSupport
import Testing

/// Recordings that were joined, restarted or cut: times rise, and each part is as long as it was.
@Suite struct JoinedTests {
  /// Parts of 30 frames with sound, joined byte by byte.
  private func joined(
    _ scratch: Scratch, _ ending: String, _ parts: [[String]], seconds: Double = 1.2
  ) throws -> String {
    var bytes = Data()
    for (index, options) in parts.enumerated() {
      let path = scratch.path("part\(index).\(ending)")
      try Oracle.ffmpeg(
        [
          "-f", "lavfi", "-i", "testsrc2=s=160x120:d=\(seconds):r=25", "-f", "lavfi", "-i", "sine=d=\(seconds)", "-c:v",
          "libx264",
          "-bf", "3", "-preset", "veryfast", "-c:a", "aac",
        ] + options + [path])
      bytes += try Data(contentsOf: URL(fileURLWithPath: path))
    }
    try bytes.write(to: URL(fileURLWithPath: scratch.path("in.\(ending)")))
    return scratch.path("in.\(ending)")
  }

  private func read(_ path: String, _ options: InputOptions = InputOptions()) throws -> [(time: Double, part: Int)] {
    let input = try MediaInput.open(path, options: options)
    var frames: [(Double, Int)] = []
    while let frame = try input.next() {
      #expect(frame.index == frames.count)
      frames.append((frame.time, frame.part))
    }
    return frames
  }

  private func expectEven(_ times: [Double], _ step: Double, sourceLocation: SourceLocation = #_sourceLocation) {
    let steps = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect(steps.allSatisfy { abs($0 - step) < 0.002 }, "\(steps)", sourceLocation: sourceLocation)
  }

  /// Back to the beginning, hours forwards, hours back, and over the end of the clock.
  @Test(arguments: [("0", "0"), ("0", "18000"), ("18000", "0"), ("95000", "0"), ("20", "26")])
  func transportStreams(first: String, second: String) throws {
    let scratch = try Scratch()
    let path = try joined(
      scratch, "ts", [["-output_ts_offset", first], ["-output_ts_offset", second]])
    let frames = try read(path)
    #expect(frames.count == 60)
    // Of a gap of seconds nobody can say that it is none.
    if second == "26" { return #expect(abs(frames[30].time - frames[29].time - 4.84) < 0.01) }
    expectEven(frames.map(\.time), 0.04)
    #expect(frames.map(\.part) == Array(repeating: 0, count: 30) + Array(repeating: 1, count: 30))
  }

  /// Sound stays with the frames, copied and converted, and nothing of it comes twice.
  @Test(arguments: ["mkv", "webm"]) func soundFollows(ending: String) throws {
    let scratch = try Scratch()
    let path = try joined(scratch, "ts", [[], [], []])
    try rewrite(path, to: scratch.path("out.\(ending)"))
    expectEven(try Oracle.times(scratch.path("out.\(ending)")).map { $0! }, 0.04)
    let sound = try Oracle.probe(
      scratch.path("out.\(ending)"), ["-select_streams", "a", "-show_entries", "packet=pts_time,duration_time"])
    let packets = sound.map { $0.split(separator: ",").compactMap { Double($0) } }
    let times = packets.map { $0[0] }
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 + 0.015 < $1 && $1 < $0 + 0.06 })
    #expect(abs(times.last! - times[0] - 3.6) < 0.1)
  }

  @Test func joinedMatroska() throws {
    let scratch = try Scratch()
    let frames = try read(try joined(scratch, "mkv", [[], []]))
    #expect(frames.count == 60)
    expectEven(frames.map(\.time), 0.04)
    #expect(frames.last!.part == 1)
  }

  /// Joined by a program that moves times on by a tick where they would go back.
  @Test func joinedWithoutReencoding() throws {
    let scratch = try Scratch()
    let path = try joined(scratch, "ts", [[], []])
    try Oracle.ffmpeg([
      "-i", path, "-c", "copy", "-copyts", "-bsf:a", "aac_adtstoasc", "-max_interleave_delta", "0",
      scratch.path("in.mp4"),
    ])
    let frames = try read(scratch.path("in.mp4"))
    expectEven(frames.map(\.time), 0.04)
    #expect(frames.count == 60)
  }

  /// Cut and joined by ffmpeg's list of files, whose second part has the times of the first one's end.
  @Test func cutAndJoinedWithoutReencoding() throws {
    let scratch = try Scratch()
    _ = try joined(scratch, "mp4", [["-movflags", "+faststart"]])
    try Oracle.ffmpeg(["-i", scratch.path("part0.mp4"), "-t", "0.4", "-c", "copy", scratch.path("cut.mp4")])
    try "file cut.mp4\nduration 0.01\nfile part0.mp4\n".write(
      toFile: scratch.path("list.txt"), atomically: true, encoding: .utf8)
    try Oracle.ffmpeg(["-f", "concat", "-i", scratch.path("list.txt"), "-c", "copy", scratch.path("in.mp4")])
    let stated = try Oracle.probe(
      scratch.path("in.mp4"), ["-select_streams", "v", "-show_entries", "packet=dts"]
    ).compactMap { Int($0.prefix { $0 != "," }) }
    #expect(zip(stated, stated.dropFirst()).filter { $1 - $0 == 1 }.count > 5, "times are squeezed: \(stated)")
    let times = try read(scratch.path("in.mp4")).map(\.time)
    expectEven(times.suffix(30), 0.04)
  }

  /// Frames without a time get that of the rate.
  @Test func missingTimes() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=160x120:d=1.2:r=25", "-c:v", "libx264", "-bf", "2", scratch.path("in.avi"),
    ])
    #expect(try Oracle.times(scratch.path("in.avi")).contains { $0 == nil })
    let frames = try read(scratch.path("in.avi"))
    #expect(frames.count == 30)
    expectEven(frames.map(\.time), 0.04)
  }

  /// A cut between key frames.
  @Test func cutWithoutReencoding() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=160x120:d=4:r=25", "-c:v", "libx264", "-g", "50", "-bf", "3",
      scratch.path("whole.mp4"),
    ])
    for ending in ["mkv", "mp4", "ts"] {
      let path = scratch.path("in.\(ending)")
      try Oracle.ffmpeg(["-ss", "1.5", "-i", scratch.path("whole.mp4"), "-t", "1.7", "-c", "copy", path])
      let times = try read(path).map(\.time)
      #expect(times.count > 30 && zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  /// A late beginning in a joined recording is that of its rows.
  @Test func partOfAJoinedRecording() throws {
    let scratch = try Scratch()
    let path = try joined(scratch, "mkv", [[], []], seconds: 4)
    let all = try read(path)
    let input = try MediaInput.open(path, options: InputOptions(start: 5.5, duration: 1))
    var count = 0
    while let frame = try input.next() {
      #expect(abs(frame.time - all[frame.index].time) < 0.001)
      count += 1
    }
    #expect(count == 25)
  }
}
