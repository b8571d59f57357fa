import Foundation
import Media
import Recognition
import Testing

/// Pictures of every sort of pixel format, against ffmpeg's own conversions.
@Suite struct PixelFormatTests {
  static let formats = [
    "yuv420p", "yuv422p", "yuv444p", "yuv411p", "yuv410p", "yuv440p", "yuvj420p", "yuv420p10le", "yuv422p10le",
    "yuv444p12le", "yuv420p16le", "nv12", "nv21", "yuyv422", "uyvy422", "p010le", "gray", "gray10le", "rgb24", "bgr0",
    "rgb48le", "gbrp", "gbrp10le", "rgb565le",
  ]

  /// A soft picture, so that the way of interpolating chroma does not matter.
  private func make(_ format: String, _ path: String, size: String = "96x64", frames: Int = 2) throws {
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "gradients=s=\(size):c0=red:c1=blue:c2=lime:c3=gray:n=4:speed=0.01:seed=1:d=1", "-frames:v",
      "\(frames)", "-pix_fmt", format, "-c:v", "rawvideo", path,
    ])
  }

  private func raw(_ path: String, _ arguments: [String]) throws -> [UInt8] {
    let scratch = try Scratch()
    try Oracle.ffmpeg(["-i", path, "-frames:v", "1"] + arguments + ["-f", "rawvideo", scratch.path("raw")])
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.path("raw"))))
  }

  private func meanDifference(_ a: [UInt8], _ b: [UInt8]) -> Double {
    var sum = 0
    for (x, y) in zip(a, b) { sum += abs(Int(x) - Int(y)) }
    return Double(sum) / Double(max(a.count, 1))
  }

  private func plain(_ pixel: [UInt8], _ count: Int) -> [UInt8] { (0..<count).flatMap { _ in pixel } }

  private func lumaBytes(_ frame: any Frame) -> [UInt8] {
    let luma = frame.luma
    var bytes: [UInt8] = []
    for y in 0..<luma.height {
      bytes += UnsafeBufferPointer(start: luma.base + y * luma.stride, count: luma.width)
    }
    return bytes
  }

  @Test(arguments: formats)
  func colours(format: String) throws {
    let scratch = try Scratch()
    try make(format, scratch.path("in.nut"), size: "384x256")
    let frame = try #require(try MediaInput.open(scratch.path("in.nut")).next())
    let ours = frame.read(PixelRect(x: 0, y: 0, width: 384, height: 256)).pixels
    let flags = ["-sws_flags", "accurate_rnd+full_chroma_int+full_chroma_inp+bicubic", "-pix_fmt", "bgra"]
    let theirs = try raw(scratch.path("in.nut"), flags)
    #expect(ours.count == theirs.count)
    #expect(meanDifference(ours, theirs) < (format == "rgb565le" ? 2.5 : 1.2))
  }

  @Test(arguments: formats)
  func luma(format: String) throws {
    let scratch = try Scratch()
    try make(format, scratch.path("in.nut"))
    let frame = try #require(try MediaInput.open(scratch.path("in.nut")).next())
    let isYUV = format.hasPrefix("yuv") || ["nv12", "nv21", "yuyv422", "uyvy422", "p010le"].contains(format)
    let filter = isYUV ? "scale=out_range=pc:flags=accurate_rnd,format=gray" : "format=gray"
    #expect(meanDifference(lumaBytes(frame), try raw(scratch.path("in.nut"), ["-vf", filter])) < 1.1)
  }

  @Test(arguments: formats)
  func drawingChangesThePatchAlone(format: String) throws {
    let scratch = try Scratch()
    try make(format, scratch.path("in.nut"))
    let frame = try #require(try MediaInput.open(scratch.path("in.nut")).next())
    let whole = PixelRect(x: 0, y: 0, width: 96, height: 64)
    let before = frame.read(whole).pixels
    let rect = PixelRect(x: 16, y: 8, width: 32, height: 16)
    frame.blend(Patch(rect: rect, pixels: plain([40, 120, 220, 255], 32 * 16)))
    let after = frame.read(whole).pixels
    for y in 0..<64 {
      for x in 0..<96 {
        let at = (y * 96 + x) * 4
        let isInside = (16..<48).contains(x) && (8..<24).contains(y)
        let wanted: [Int] = isInside ? [40, 120, 220] : [Int(before[at]), Int(before[at + 1]), Int(before[at + 2])]
        let difference = (0..<3).map { abs(Int(after[at + $0]) - wanted[$0]) }.max()!
        #expect(difference <= (isInside ? 3 : 0), "\(x), \(y)")
      }
    }
  }

  @Test(arguments: ["yuv420p", "yuv420p10le", "gbrp"])
  func halfClearPatchMixes(format: String) throws {
    let scratch = try Scratch()
    try make(format, scratch.path("in.nut"))
    let frame = try #require(try MediaInput.open(scratch.path("in.nut")).next())
    let rect = PixelRect(x: -5, y: -5, width: 200, height: 200)
    let before = frame.read(rect).pixels
    frame.blend(Patch(rect: rect, pixels: plain([100, 50, 20, 128], 40_000)))
    let after = frame.read(rect).pixels
    let centre = (40 * 200 + 50) * 4
    for (channel, added) in [100, 50, 20].enumerated() {
      let expected = Double(before[centre + channel]) * 127 / 255 + Double(added)
      #expect(abs(Double(after[centre + channel]) - expected) < 3)
    }
    #expect(after[0..<3].allSatisfy { $0 == 0 })
  }

  @Test func alphaLiesOverBlack() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "color=c=white@0.5:s=64x48:d=0.2:r=10,format=yuva420p", "-c:v", "libvpx-vp9",
      "-auto-alt-ref",
      "0", scratch.path("in.webm"),
    ])
    let frame = try #require(try MediaInput.open(scratch.path("in.webm")).next())
    let pixels = frame.read(PixelRect(x: 30, y: 20, width: 1, height: 1)).pixels
    #expect(pixels[0..<3].allSatisfy { abs(Int($0) - 128) <= 3 })
  }

  @Test func framesAreTakenAgain() throws {
    let scratch = try Scratch()
    try make("yuv420p", scratch.path("in.nut"), frames: 20)
    let input = try MediaInput.open(scratch.path("in.nut"))
    var seen: Set<ObjectIdentifier> = []
    while let frame = try input.next() { seen.insert(ObjectIdentifier(frame)) }
    #expect(seen.count <= 2)
  }
}
