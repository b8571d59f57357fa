import Core
import Foundation
import TestSupport
import Testing

@testable import Media

/// Turned, squeezed, odd and interlaced images.
@Suite struct OrientationTests {
  private func turned(_ degrees: Int, _ format: String, _ scratch: Scratch) throws -> String {
    let (plain, turned) = (scratch.path("plain.mp4"), scratch.path("turned.mp4"))
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=98x64:d=0.4:r=10", "-pix_fmt", format, "-c:v", "libx264", "-qp", "0", plain,
    ])
    try Oracle.ffmpeg(["-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=\(degrees)", turned])
    return turned
  }

  @Test(arguments: [90, 180, 270], ["yuv420p", "yuv444p", "yuv420p10le"])
  func uprightAsFFmpegTurnsIt(degrees: Int, format: String) throws {
    let scratch = try Scratch()
    let path = try turned(degrees, format, scratch)
    let frame = try #require(try MediaInput.open(path).next())
    try Oracle.ffmpeg([
      "-i", path, "-frames:v", "1", "-sws_flags", "accurate_rnd", "-vf", "scale=out_range=pc,format=gray", "-f",
      "rawvideo",
      scratch.path("raw"),
    ])
    let theirs = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.path("raw"))))
    let luma = frame.luma
    #expect(luma.width == (degrees == 180 ? 98 : 64))
    #expect(luma.width * luma.height == theirs.count)
    var worst = 0
    for y in 0..<luma.height {
      for x in 0..<luma.width {
        worst = max(worst, abs(Int(luma.base[y * luma.stride + x]) - Int(theirs[y * luma.width + x])))
      }
    }
    #expect(worst <= 2)
  }

  @Test func outputNeedsNoTurning() throws {
    let scratch = try Scratch()
    try rewrite(try turned(90, "yuv420p", scratch), to: scratch.path("out.mp4"))
    let lines = try Oracle.probe(
      scratch.path("out.mp4"), ["-show_entries", "stream=width,height:stream_side_data=rotation"])
    #expect(lines == ["64,98"])
  }

  @Test(arguments: [1, 3, 6, 8])
  func photographsAreUpright(orientation: Int) throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=96x64", "-frames:v", "1", "-q:v", "2", scratch.path("plain.jpg"),
    ])
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.path("plain.jpg"))))
    bytes.insert(contentsOf: exif(UInt8(orientation)), at: 2)
    try Data(bytes).write(to: URL(fileURLWithPath: scratch.path("photo.jpg")))
    let input = try MediaInput.open(scratch.path("photo.jpg"))
    #expect(input.info.isStill)
    #expect(input.info.width == (orientation < 5 ? 96 : 64))
    try rewrite(scratch.path("photo.jpg"), to: scratch.path("out.png"))
    try Oracle.ffmpeg(["-i", scratch.path("photo.jpg"), scratch.path("theirs.png")])
    let ours = try #require(try MediaInput.open(scratch.path("out.png")).next())
    let theirs = try #require(try MediaInput.open(scratch.path("theirs.png")).next())
    let corner = PixelRect(x: 0, y: 0, width: 24, height: 24)
    var sum = 0
    for (a, b) in zip(ours.read(corner).pixels, theirs.read(corner).pixels) { sum += abs(Int(a) - Int(b)) }
    #expect(sum < 24 * 24 * 3 * 12)
  }

  /// An APP1 segment that says how a photograph was held.
  private func exif(_ orientation: UInt8) -> [UInt8] {
    let directory: [UInt8] = [0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
    let body = Array("Exif".utf8) + [0, 0] + Array("MM".utf8) + [0, 42, 0, 0, 0, 8] + directory
    return [0xff, 0xe1, 0, UInt8(body.count + 2)] + body
  }

  @Test func oddSizesArePaddedForH264Alone() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=321x241:d=0.3:r=10,format=rgb24,format=bgr0", "-c:v", "ffv1",
      scratch.path("in.mkv"),
    ])
    #expect(
      try rewrite(scratch.path("in.mkv"), to: scratch.path("out.mp4"))
        == [.padded(width: 322, height: 242)])
    #expect(try Oracle.entry(scratch.path("out.mp4"), "v:0", "width,height") == "322,242")
    #expect(try rewrite(scratch.path("in.mkv"), to: scratch.path("out.webm")).isEmpty)
    #expect(try Oracle.entry(scratch.path("out.webm"), "v:0", "width,height") == "321,241")
  }

  @Test func pixelAspectIsKept() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=180x144:d=0.3:r=10,setsar=16/11", "-c:v", "libx264", scratch.path("in.mp4"),
    ])
    #expect(abs(try MediaInput.open(scratch.path("in.mp4")).info.pixelAspect - 16.0 / 11) < 0.02)
    try rewrite(scratch.path("in.mp4"), to: scratch.path("out.mp4"))
    let before = try Oracle.entry(scratch.path("in.mp4"), "v:0", "sample_aspect_ratio")
    #expect(try Oracle.entry(scratch.path("out.mp4"), "v:0", "sample_aspect_ratio") == before)
  }

  @Test func fieldsAreMerged() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=320x240:d=1:r=50,tinterlace=interleave_top,fieldorder=tff", "-c:v", "mpeg2video",
      "-flags", "+ilme+ildct", "-qscale:v", "2", scratch.path("in.ts"),
    ])
    #expect(try rewrite(scratch.path("in.ts"), to: scratch.path("out.mp4")).contains(.deinterlaced))
    #expect(try Oracle.times(scratch.path("out.mp4")).count == Oracle.times(scratch.path("in.ts")).count)
    #expect(try Oracle.entry(scratch.path("out.mp4"), "v:0", "field_order") == "progressive")
  }
}

/// What libFuzzer found (`make fuzz`), made anew.
@Suite struct FuzzedImageTests {
  /// Boxes of HEIF that end where their contents should begin.
  @Test func emptyBoxesSayNothing() {
    func box(_ kind: String, _ body: [UInt8] = []) -> [UInt8] {
      [0, 0, 0, UInt8(8 + body.count)] + Array(kind.utf8) + body
    }
    let properties = box("iprp", box("ipco", box("irot", [1])) + box("ipma", [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1]))
    #expect(StoredOrientation.ofHEIF(box("meta")) == nil)
    #expect(StoredOrientation.ofHEIF(box("meta", [0, 0])) == nil)
    #expect(StoredOrientation.ofHEIF(box("meta", [0, 0, 0, 0] + properties + box("pitm"))) != nil)
    #expect(StoredOrientation.ofHEIF(box("meta", [0, 0, 0, 0] + properties))?.transposed == true)
  }

  /// A chunk behind the image whose length is nonsense: FFmpeg 5.1 itself ends by an assertion there.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/ffmpeg"), "skipped: no ffmpeg"))
  func chunksBehindAnImageDoNoHarm() throws {
    let scratch = try Scratch()
    _ = try Tool.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=48x32", "-frames:v", "1", scratch.path("a.webp")])
    let whole = try scratch.data("a.webp")
    try (whole + [0, 0, 0, 0, 0, 0, 0, 0, 0x58, 0x58, 0x58, 0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0]).write(
      to: scratch.file("b.webp"))
    let input = try MediaInput.open(scratch.path("b.webp"))
    #expect(try input.next()?.width == 48)
  }
}
