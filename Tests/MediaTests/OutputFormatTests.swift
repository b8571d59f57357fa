import Foundation
import Media
import TestSupport
import Testing

/// A file's ending says what is in it.
@Suite struct OutputFormatTests {
  private func clip(_ scratch: Scratch, _ size: String = "160x120", _ options: [String] = []) throws -> String {
    try Oracle.ffmpeg(
      ["-f", "lavfi", "-i", "testsrc2=s=\(size):d=0.4:r=25", "-c:v", "ffv1"] + options + [scratch.path("in.mkv")])
    return scratch.path("in.mkv")
  }

  private func codec(_ path: String) throws -> String { try entry(path, "codec_name") }

  /// Streams with data beside them have a comma more.
  private func entry(_ path: String, _ name: String) throws -> String {
    String(try Oracle.entry(path, "v:0", name).prefix { $0 != "," })
  }

  @Test(arguments: [
    ("hevc", "hevc"), ("265", "hevc"), ("h264", "h264"), ("mpg", "mpeg2video"), ("vob", "mpeg2video"),
    ("m1v", "mpeg1video"), ("m2v", "mpeg2video"), ("y4m", "rawvideo"), ("ivf", "vp8"), ("avif", "av1"), ("obu", "av1"),
    ("mjpeg", "mjpeg"), ("gif", "gif"), ("apng", "apng"), ("ogv", "theora"), ("webm", "vp9"), ("wmv", "mpeg4"),
    ("mp4", "h264"), ("mov", "h264"), ("m4v", "h264"), ("3gp", "h264"), ("f4v", "h264"), ("mkv", "h264"),
    ("ts", "h264"), ("m2ts", "h264"), ("avi", "h264"), ("flv", "h264"), ("nut", "h264"), ("mxf", "mpeg2video"),
  ])
  func videosBecomeWhatTheirEndingsMean(ending: String, expected: String) throws {
    let scratch = try Scratch()
    let output = scratch.path("out.\(ending)")
    try rewrite(clip(scratch), to: output)
    #expect(try codec(output) == expected)
    #expect(
      try Oracle.probe(output, ["-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames"])
        .first?.prefix(2) == "10")
  }

  /// A frame becomes one in its own format, as the files of a folder do.
  @Test(arguments: [
    ("pgm", "pgm"), ("ppm", "ppm"), ("pnm", "ppm"), ("pam", "pam"), ("tga", "targa"), ("jp2", "jpeg2000"),
    ("bmp", "bmp"), ("tif", "tiff"), ("png", "png"),
    ("jpg", "mjpeg"), ("jpe", "mjpeg"), ("jfif", "mjpeg"), ("webp", "webp"), ("avif", "av1"),
  ])
  func framesBecomeWhatTheirEndingsMean(ending: String, expected: String) throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=96x64", "-frames:v", "1", scratch.path("in.png")])
    let output = scratch.path("out.\(ending)")
    try rewrite(scratch.path("in.png"), to: output)
    #expect(try codec(output) == expected)
    #expect(try Oracle.entry(output, "v:0", "width,height") == "96,64")
    // And is read again.
    try rewrite(output, to: scratch.path("again.png"))
  }

  @Test func digitalVideo() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=720x576:d=0.4:r=25", "-f", "lavfi", "-i", "sine=d=0.4:r=48000", "-target",
      "pal-dv",
      scratch.path("in.dv"),
    ])
    try rewrite(scratch.path("in.dv"), to: scratch.path("out.dv"))
    #expect(try codec(scratch.path("out.dv")) == "dvvideo")
    #expect(try Oracle.times(scratch.path("out.dv")).count == Oracle.times(scratch.path("in.dv")).count)
  }

  /// `--codec` in MPEG's program streams.
  @Test(arguments: ["mpeg1", "mpeg2"]) func programStreamsTakeBoth(name: String) throws {
    let scratch = try Scratch()
    try rewrite(clip(scratch), to: scratch.path("out.mpg"), OutputOptions(codec: name))
    #expect(try codec(scratch.path("out.mpg")) == name + "video")
  }

  /// What a folder gives can be written, under its own name or with the ending of a format that can.
  @Test func whatIsReadIsWritten() throws {
    let scratch = try Scratch()
    // A frame of DV's own size, which DV alone asks for.
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=720x576:r=25", "-frames:v", "1", "-c:v", "ffv1", scratch.path("in.mkv"),
    ])
    for ending in MediaLocations.extensions {
      let output = scratch.path(OutputName.of("\(ending).\(ending)"))
      #expect(throws: Never.self, "\(ending)") { try rewrite(scratch.path("in.mkv"), to: output) }
    }
  }

  @Test(arguments: [
    ("a/IMG 1.HEIC", "IMG 1.jpg"), ("b.mp4", "b.mp4"), ("a/b", "b"), ("-", "stream.mp4"),
    ("http://u:p@h:80/x/clip.mkv?token=1/2.ts", "clip.mkv"), ("rtsp://u:p@10.0.0.1:554/live#1", "live.mp4"),
    ("rtsp://u:p@10.0.0.1:554", "10.0.0.1_554.mp4"), ("https://h/list.m3u8", "list.m3u8.mp4"),
    ("a/img_%03d.png", "img.mp4"), ("a/%d.png", "pictures.mp4"), ("shot - %04d v2.exr", "shot.mp4"),
  ])
  func namesOfOutputs(location: String, expected: String) { #expect(OutputName.of(location) == expected) }

  @Test func endingsWithoutVideo() throws {
    let scratch = try Scratch()
    let path = try clip(scratch)
    for ending in ["wav", "srt"] {
      #expect(throws: MediaError.noEncoder(scratch.path("out.\(ending)"), codec: "none")) {
        try rewrite(path, to: scratch.path("out.\(ending)"))
      }
      #expect(!MediaOutput.isFile("out.\(ending)"))
    }
    #expect(scratch.names == ["in.mkv"])
    #expect(["a.mp4", "a.PNG", "a.hevc", "a.gif"].allSatisfy(MediaOutput.isFile))
    #expect(!["a", "a.v2", "a.b/c", "2026.11.27"].contains(where: MediaOutput.isFile))
  }

  /// Without times of their own frames come at the rate that the stream says.
  @Test(arguments: ["h264", "hevc", "m2v", "y4m"]) func ratesOfRawStreams(ending: String) throws {
    let scratch = try Scratch()
    let raw = scratch.path("out.\(ending)")
    try rewrite(clip(scratch, "160x120", ["-r", "25"]), to: raw)
    #expect(try entry(raw, "r_frame_rate") == "25/1")
    let input = try MediaInput.open(raw)
    var times: [Double] = []
    while let frame = try input.next() { times.append(frame.time) }
    #expect(times.count == 10 && zip(times, times.dropFirst()).allSatisfy { abs($1 - $0 - 0.04) < 0.001 }, "\(times)")
  }

  /// Apple's players take no other name of HEVC.
  @Test(arguments: [("mp4", "hvc1"), ("mov", "hvc1")]) func tags(ending: String, expected: String) throws {
    let scratch = try Scratch()
    let output = scratch.path("out.\(ending)")
    try rewrite(clip(scratch), to: output, OutputOptions(codec: "hevc"))
    #expect(try Oracle.entry(output, "v:0", "codec_tag_string") == expected)
    #expect(try Oracle.times(output).count == 10)
  }

  /// A second video that is copied.
  @Test func tagsOfCopies() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=160x120:d=0.4:r=25", "-map", "0", "-map", "0", "-c:v", "libx265", "-x265-params",
      "log-level=error", scratch.path("in.mkv"),
    ])
    try rewrite(scratch.path("in.mkv"), to: scratch.path("out.mp4"))
    #expect(try Oracle.entry(scratch.path("out.mp4"), "v:1", "codec_tag_string") == "hvc1")
  }
}

/// Frames whose names differ by a number, as one recording.
@Suite struct NumberedImagesTests {
  private func frames(_ scratch: Scratch, _ pattern: String, from first: Int, count: Int = 6) throws -> String {
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=96x64:r=25", "-frames:v", "\(count)", "-start_number", "\(first)",
      scratch.path(pattern),
    ])
    return scratch.path(pattern)
  }

  private func times(_ path: String, rate: Double? = nil) throws -> (times: [Double], warnings: [MediaWarning]) {
    var options = InputOptions()
    if let rate { options.frameRateOfImages = rate }
    let input = try MediaInput.open(path, options: options)
    #expect(!input.info.isStill && input.info.frames != nil)
    var times: [Double] = []
    while let frame = try input.next() { times.append(frame.time) }
    return (times, input.warnings)
  }

  @Test(arguments: [("img_%03d.png", 0), ("img_%03d.png", 998), ("%d.jpg", 8), ("a b%05d-x.bmp", 100)])
  func areOneRecording(pattern: String, first: Int) throws {
    let scratch = try Scratch()
    let path = try frames(scratch, pattern, from: first)
    #expect(MediaLocations.isNumbered(path) && !MediaLocations.mayBeSeveral(path))
    #expect(try MediaLocations.expand([path]) == [path])
    #expect(try times(path).times.map { ($0 * 25).rounded() } == [0, 1, 2, 3, 4, 5])
    let slow = try times(path, rate: 12.5)
    #expect(slow.times.map { ($0 * 12.5).rounded() } == [0, 1, 2, 3, 4, 5] && slow.warnings.isEmpty)
    let suggested = try #require(MediaLocations.numbering(of: MediaLocations.expand([scratch.folder.path])))
    #expect(try times(suggested).times == times(path).times)
    try rewrite(path, to: scratch.path("out.mp4"))
    #expect(try Oracle.times(scratch.path("out.mp4")).count == 6)
  }

  @Test func aGapIsSaid() throws {
    let scratch = try Scratch()
    let path = try frames(scratch, "p%02d.png", from: 1)
    try FileManager.default.removeItem(at: scratch.file("p04.png"))
    let read = try times(path)
    #expect(read.times.count == 3 && read.warnings == [.missingNumber(4)])
  }

  /// A file of that very name is that file, and other per cents are no places.
  @Test func namesAreTakenAsTheyAre() throws {
    let scratch = try Scratch()
    let path = try frames(scratch, "q%d.png", from: 1)
    try FileManager.default.copyItem(at: scratch.file("q3.png"), to: scratch.file("q%d.png"))
    #expect(!MediaLocations.isNumbered(path))
    #expect(try MediaInput.open(path).info.isStill)
    for name in ["100%.mp4", "50%d%d.png", "a%3d.png", "a%x.png", "a%d/b.png"] {
      #expect(!MediaLocations.isNumbered(scratch.path(name)))
    }
    #expect(throws: MediaError.missing(scratch.path("r%d.png"))) { try MediaInput.open(scratch.path("r%d.png")) }
  }
}
