import Core
import Foundation
import Media
import TestSupport
import Testing

/// Frames of every sort of pixel format, against ffmpeg's own conversions.
@Suite struct PixelFormatTests {
  static let formats = [
    "yuv420p", "yuv422p", "yuv444p", "yuv411p", "yuv410p", "yuv440p", "yuvj420p", "yuv420p10le", "yuv422p10le",
    "yuv444p12le", "yuv420p16le", "nv12", "nv21", "yuyv422", "uyvy422", "gray", "gray10le", "rgb24", "bgr0",
    "rgb48le", "gbrp", "gbrp10le", "rgb565le",
  ]

  /// A soft frame, so that the way of interpolating chroma does not matter.
  private func make(_ format: String, _ path: String, size: String = "96x64", frames: Int = 2) throws {
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "gradients=s=\(size):c0=red:c1=blue:c2=lime:c3=gray:n=4:speed=0.01:seed=1:d=1", "-frames:v",
      "\(frames)", "-pix_fmt", format, "-c:v", "rawvideo", path,
    ])
  }

  /// The first frame as ffmpeg gives it: colours, and full-range luma.
  private func theirs(_ path: String, _ format: String) throws -> (colours: [UInt8], luma: [UInt8]) {
    let scratch = try Scratch()
    let isYUV = format.hasPrefix("yuv") || ["nv12", "nv21", "yuyv422", "uyvy422"].contains(format)
    let grey = isYUV ? "scale=out_range=pc:flags=accurate_rnd,format=gray" : "format=gray"
    let exact = "scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp+bicubic,format=bgra"
    try Oracle.ffmpeg([
      "-i", path, "-frames:v", "1", "-vf", exact, "-f", "rawvideo", scratch.path("colours"), "-frames:v", "1", "-vf",
      grey,
      "-f", "rawvideo", scratch.path("luma"),
    ])
    return (try scratch.bytes("colours"), try scratch.bytes("luma"))
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
  func readAndDrawnOn(format: String) throws {
    let scratch = try Scratch()
    try make(format, scratch.path("in.nut"), size: "384x256")
    let frame = try #require(try MediaInput.open(scratch.path("in.nut")).next())
    let whole = PixelRect(x: 0, y: 0, width: 384, height: 256)
    let (colours, luma) = try theirs(scratch.path("in.nut"), format)
    let before = frame.read(whole).pixels
    #expect(before.count == colours.count && luma.count == 384 * 256)
    #expect(meanDifference(before, colours) < (format == "rgb565le" ? 2.5 : 1.2))
    #expect(meanDifference(lumaBytes(frame), luma) < 1.1)
    drawAndExpect(frame, before)
  }

  /// An opaque patch has its colour, and nothing beside it changes.
  private func drawAndExpect(_ frame: any Frame, _ before: [UInt8]) {
    let rect = PixelRect(x: 16, y: 8, width: 32, height: 16)
    frame.blend(Patch(rect: rect, pixels: plain([40, 120, 220, 255], 32 * 16)))
    let after = frame.read(PixelRect(x: 0, y: 0, width: 384, height: 256)).pixels
    var worst = (inside: 0, beside: 0)
    for at in stride(from: 0, to: after.count, by: 4) {
      let (x, y) = (at / 4 % 384, at / 4 / 384)
      if (16..<48).contains(x) && (8..<24).contains(y) {
        for (channel, wanted) in [40, 120, 220].enumerated() {
          worst.inside = max(worst.inside, abs(Int(after[at + channel]) - wanted))
        }
      } else {
        for channel in 0..<3 {
          worst.beside = max(worst.beside, abs(Int(after[at + channel]) - Int(before[at + channel])))
        }
      }
    }
    #expect(worst.inside <= 3 && worst.beside == 0)
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
