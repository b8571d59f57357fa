import Core
import Foundation
import Media
import TestSupport
import Testing

/// What goes along with the frames.
@Suite struct StreamTests {
  /// Sound, styled subtitles, chapters, metadata and an attached file.
  private func rich(_ scratch: Scratch) throws -> String {
    let ass = """
      [Script Info]
      ScriptType: v4.00+

      [V4+ Styles]
      Format: Name, Fontname, Fontsize, PrimaryColour, Bold
      Style: Default,Sans,20,&H00FFFFFF,0

      [Events]
      Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
      Dialogue: 0,0:00:00.50,0:00:01.20,Default,,0,0,0,,Hello
      Dialogue: 0,0:00:01.40,0:00:01.90,Default,,0,0,0,,World
      """
    let chapters = """
      ;FFMETADATA1
      title=A rich file
      mood=glad
      [CHAPTER]
      TIMEBASE=1/1000
      START=0
      END=1000
      title=One
      [CHAPTER]
      TIMEBASE=1/1000
      START=1000
      END=2000
      title=Two
      """
    try ass.write(toFile: scratch.path("a.ass"), atomically: true, encoding: .utf8)
    try chapters.write(toFile: scratch.path("c.txt"), atomically: true, encoding: .utf8)
    try "a font".write(toFile: scratch.path("f.ttf"), atomically: true, encoding: .utf8)
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=160x120:d=2:r=20", "-f", "lavfi", "-i", "sine=d=2.5", "-i",
      scratch.path("a.ass"),
      "-i", scratch.path("c.txt"), "-map", "0", "-map", "1", "-map", "2", "-map_metadata", "3", "-map_chapters", "3",
      "-attach", scratch.path("f.ttf"), "-metadata:s:t", "mimetype=application/x-truetype-font", "-metadata:s:a",
      "language=deu", "-c:v", "libx264", "-c:a", "flac", scratch.path("in.mkv"),
    ])
    return scratch.path("in.mkv")
  }

  private func chapters(_ path: String) throws -> [String] {
    try Oracle.probe(path, ["-show_entries", "chapter=start_time,end_time:chapter_tags=title"])
  }

  @Test func matroskaKeepsEverything() throws {
    let scratch = try Scratch()
    let path = try rich(scratch)
    #expect(try rewrite(path, to: scratch.path("out.mkv")).isEmpty)
    for stream in ["a", "s"] {
      #expect(try Oracle.payloads(path, stream) == Oracle.payloads(scratch.path("out.mkv"), stream))
    }
    #expect(try chapters(path) == chapters(scratch.path("out.mkv")))
    let tags = ["-show_entries", "format_tags=title,MOOD:stream_tags=language,filename"]
    #expect(try Oracle.probe(path, tags) == Oracle.probe(scratch.path("out.mkv"), tags))
  }

  @Test func mp4ConvertsTextAndLeavesOutFiles() throws {
    let scratch = try Scratch()
    let path = try rich(scratch)
    let warnings = try rewrite(path, to: scratch.path("out.mp4"))
    #expect(warnings.contains(.converted(stream: 2, kind: .subtitle, from: "ass", to: "mov_text")))
    #expect(warnings.contains(.leftOut(stream: 3, kind: .attachment, codec: "ttf", container: "mp4")))
    #expect(try chapters(path) == chapters(scratch.path("out.mp4")))
    try Oracle.ffmpeg(["-i", scratch.path("out.mp4"), "-map", "0:s", scratch.path("out.srt")])
    let text = try String(contentsOfFile: scratch.path("out.srt"), encoding: .utf8)
    #expect(text.contains("00:00:00,500 --> 00:00:01,200") && text.contains("Hello") && text.contains("World"))
    let tags = try Oracle.probe(scratch.path("out.mp4"), ["-show_entries", "format_tags=title,mood"])
    #expect(tags == ["A rich file,glad"] || tags == ["glad,A rich file"])
  }

  @Test func webmConvertsSound() throws {
    let scratch = try Scratch()
    let path = try rich(scratch)
    let warnings = try rewrite(path, to: scratch.path("out.webm"))
    #expect(warnings.contains(.converted(stream: 1, kind: .audio, from: "flac", to: "opus")))
    #expect(try Oracle.entry(scratch.path("out.webm"), "v", "codec_name") == "vp9")
    #expect(try Oracle.entry(scratch.path("out.webm"), "s", "codec_name") == "webvtt")
    try Oracle.ffmpeg(["-i", scratch.path("out.webm"), "-vn", "-f", "f32le", "-ac", "1", scratch.path("sound")])
    let samples = try Data(contentsOf: URL(fileURLWithPath: scratch.path("sound"))).count / 4
    #expect(abs(Double(samples) / 48_000 - 2.5) < 0.03)
  }

  @Test func transportStreamKeepsPayload() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=160x120:d=2:r=20", "-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264", "-c:a",
      "ac3",
      scratch.path("in.mp4"),
    ])
    #expect(try rewrite(scratch.path("in.mp4"), to: scratch.path("out.ts")).isEmpty)
    #expect(try Oracle.payloads(scratch.path("in.mp4"), "a") == Oracle.payloads(scratch.path("out.ts"), "a"))
    let (before, after) = (try Oracle.times(scratch.path("in.mp4")), try Oracle.times(scratch.path("out.ts")))
    #expect(before.count == after.count)
    let shift = after[0]! - before[0]!
    #expect(zip(before, after).allSatisfy { abs($1! - $0! - shift) <= 0.001 })
    try rewrite(scratch.path("out.ts"), to: scratch.path("again.ts"))
    #expect(zip(after, try Oracle.times(scratch.path("again.ts"))).allSatisfy { abs($1! - $0!) <= 0.001 })
  }

  /// Containers in which nothing may be before zero show frames when the rows say, and sound with them.
  @Test(arguments: ["ts", "flv", "wmv", "mp4", "mkv"]) func framesAreWhenRowsSay(ending: String) throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=160x120:d=1:r=20", "-f", "lavfi", "-i", "sine=d=1", "-c:v", "libx264", "-c:a",
      "aac", scratch.path("in.mp4"),
    ])
    let input = try MediaInput.open(scratch.path("in.mp4"))
    let output = try MediaOutput.create(scratch.path("out.\(ending)"), for: input)
    var rows: [Double] = []
    while let frame = try input.next() {
      rows.append(frame.time)
      try output.consume(frame, FrameResult(frame: frame.index, time: frame.time, faces: []))
    }
    try output.commit()
    let shown = try Oracle.times(scratch.path("out.\(ending)"))
    #expect(shown.count == rows.count && zip(rows, shown).allSatisfy { abs($0 - $1!) < 0.002 })
    let sound = try Oracle.probe(
      scratch.path("out.\(ending)"), ["-select_streams", "a", "-show_entries", "packet=pts_time"])
    #expect(abs(Double(sound[0].split(separator: ",")[0])!) < 0.03)
  }

  @Test func animationsKeepTheirPace() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=120x90:d=2:r=10", "-vf", "select='not(between(n,5,9))'", "-vsync", "vfr",
      scratch.path("in.gif"),
    ])
    try rewrite(scratch.path("in.gif"), to: scratch.path("out.gif"))
    #expect(try Oracle.times(scratch.path("in.gif")) == Oracle.times(scratch.path("out.gif")))
    let (before, after) = (try MediaInput.open(scratch.path("in.gif")), try MediaInput.open(scratch.path("out.gif")))
    let area = PixelRect(x: 0, y: 0, width: 120, height: 90)
    while let a = try before.next(), let b = try after.next() {
      var sum = 0
      for (x, y) in zip(a.read(area).pixels, b.read(area).pixels) { sum += abs(Int(x) - Int(y)) }
      #expect(Double(sum) / Double(120 * 90 * 3) < 6)
    }
  }

  @Test func partKeepsTheSourcesNumbers() throws {
    let scratch = try Scratch()
    let path = try rich(scratch)
    let input = try MediaInput.open(path, options: InputOptions(start: 1, duration: 0.5))
    var frames: [(Int, Double)] = []
    while let frame = try input.next() { frames.append((frame.index, frame.time)) }
    #expect(frames.map(\.0) == Array(20..<30))
    #expect(abs(frames[0].1 - 1) < 0.001)
    try rewrite(path, to: scratch.path("part.mkv"), OutputOptions(), InputOptions(start: 1, duration: 0.5))
    let times = try Oracle.times(scratch.path("part.mkv"))
    #expect(times.count == 10 && abs(times[0]!) < 0.002)
    let sound = try Oracle.probe(
      scratch.path("part.mkv"), ["-select_streams", "a", "-show_entries", "packet=pts_time"])
    let ends: [Double] = sound.compactMap { Double($0.split(separator: ",")[0]) }
    #expect(ends.first! < 0.11)
    #expect((0.35..<0.5).contains(ends.last!))
    #expect(throws: MediaError.startsBehindEnd(path, start: 9)) {
      try MediaInput.open(path, options: InputOptions(start: 9))
    }
  }

  @Test func lateBeginningIsFoundByItsKeyFrame() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=64x48:d=12:r=20", "-c:v", "libx264", "-g", "50", "-bf", "3",
      scratch.path("in.mp4"),
    ])
    var all: [Double] = []
    let whole = try MediaInput.open(scratch.path("in.mp4"))
    while let frame = try whole.next() { all.append(frame.time) }
    let part = try MediaInput.open(scratch.path("in.mp4"), options: InputOptions(start: 7.3, duration: 2))
    var count = 0
    while let frame = try part.next() {
      #expect(frame.index == 146 + count && frame.time == all[frame.index])
      count += 1
    }
    #expect(count == 40)
  }

  @Test(arguments: ["mp4", "mkv", "webm", "gif"])
  func bytesAreTheSameEachTime(ending: String) throws {
    let scratch = try Scratch()
    let path = try rich(scratch)
    try rewrite(path, to: scratch.path("a.\(ending)"))
    try rewrite(path, to: scratch.path("b.\(ending)"))
    let files = try ["a", "b"].map { try Data(contentsOf: URL(fileURLWithPath: scratch.path("\($0).\(ending)"))) }
    #expect(files[0] == files[1] && files[0].count > 1000)
  }

  /// With AVX-512 x264 in threads wrote other bytes in one run of twelve to thirty.
  @Test func h264IsTheSameInManyRuns() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=320x240:d=2:r=25", "-c:v", "ffv1", scratch.path("in.mkv")])
    let files = try (0..<24).map { run in
      try rewrite(scratch.path("in.mkv"), to: scratch.path("\(run).mp4"))
      return try Data(contentsOf: URL(fileURLWithPath: scratch.path("\(run).mp4")))
    }
    #expect(Set(files).count == 1)
  }

  @Test(arguments: ["hevc", "vp9", "mpeg4", "ffv1", "mjpeg", "prores", "av1"])
  func codecs(name: String) throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=160x120:d=1:r=10", "-c:v", "ffv1", scratch.path("in.mkv")])
    let output = scratch.path("out.\(name == "prores" ? "mov" : "mkv")")
    try rewrite(scratch.path("in.mkv"), to: output, OutputOptions(codec: name))
    #expect(try Oracle.entry(output, "v", "codec_name") == name)
    #expect(try Oracle.times(output).count == 10)
  }
}
