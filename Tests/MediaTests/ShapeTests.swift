import Core
import Foundation
import Media
import TestSupport
import Testing

/// Frames that change their shape on the way, or are said to have one that nothing has.
@Suite struct ShapeTests {
  /// A white disc on grey, as round on a screen in each part.
  private func part(_ scratch: Scratch, _ name: String, _ size: String, aspect: String, _ extra: [String] = []) throws
    -> Data
  {
    let sides = size.split(separator: "x").map { Double($0)! }
    let ratio = aspect.split(separator: "/").map { Double($0)! }
    let pixel = ratio[0] / ratio[1]
    let radius = 0.3 * min(sides[0] * pixel, sides[1])
    let disc = "if(lt(pow((X-W/2)*\(pixel)\\,2)+pow(Y-H/2\\,2)\\,\(radius * radius))\\,235\\,90)"
    let source = "color=s=\(size):d=0.4:r=25,format=yuv420p,geq=lum='\(disc)':cb=128:cr=128,setsar=\(aspect)"
    let codec: [String] = ["libx264"] + extra
    try Oracle.ffmpeg(["-f", "lavfi", "-i", source, "-c:v"] + codec + [scratch.path(name)])
    return try Data(contentsOf: URL(fileURLWithPath: scratch.path(name)))
  }

  /// Columns and rows of the disc, as seen on a screen, and whether it lies in the middle.
  private func disc(_ frame: any Frame) -> (width: Double, height: Double, isCentred: Bool) {
    let luma = frame.luma
    let columns = (0..<luma.width).filter { luma.base[luma.height / 2 * luma.stride + $0] > 180 }
    let rows = (0..<luma.height).filter { luma.base[$0 * luma.stride + luma.width / 2] > 180 }
    guard let left = columns.first, let right = columns.last, let top = rows.first, let bottom = rows.last else {
      return (0, 0, false)
    }
    let isCentred = abs(left + right + 1 - luma.width) < 8 && abs(top + bottom + 1 - luma.height) < 8
    return (Double(columns.count) * frame.pixelAspect, Double(rows.count), isCentred)
  }

  /// Fitted in with bars: a disc stays round, in another size, turned, with other pixels, in another format.
  @Test(arguments: [
    ("320x240", "1/1", "240x320", "1/1"), ("320x240", "1/1", "640x480", "1/1"), ("320x320", "3/4", "240x320", "1/1"),
    ("320x240", "1/1", "180x144", "16/11"), ("160x120", "1/1", "720x400", "1/1"),
  ])
  func discsStayRound(size: String, aspect: String, later: String, laterAspect: String) throws {
    let scratch = try Scratch()
    let bytes =
      try part(scratch, "a.ts", size, aspect: aspect) + part(scratch, "b.ts", later, aspect: laterAspect)
      + part(scratch, "c.ts", size, aspect: aspect)
    try bytes.write(to: URL(fileURLWithPath: scratch.path("in.ts")))
    let input = try MediaInput.open(scratch.path("in.ts"))
    var parts: [Int] = []
    while let frame = try input.next() {
      #expect("\(frame.width)x\(frame.height)" == size)
      let seen = disc(frame)
      #expect(seen.isCentred && seen.height > 20 && abs(seen.width / seen.height - 1) < 0.06, "\(frame.index): \(seen)")
      parts.append(frame.part)
    }
    #expect(parts.count == 30 && Set(parts[0..<10]).count == 1 && parts[9] < parts[10] && parts[19] < parts[20])
    #expect(input.warnings.contains(.reshaped(times: 2)))
  }

  @Test func bitDepthMayChange() throws {
    let scratch = try Scratch()
    let bytes =
      try part(scratch, "a.ts", "160x120", aspect: "1/1")
      + part(scratch, "b.ts", "120x160", aspect: "1/1", ["-pix_fmt", "yuv444p10le"])
    try bytes.write(to: URL(fileURLWithPath: scratch.path("in.ts")))
    let input = try MediaInput.open(scratch.path("in.ts"))
    while let frame = try input.next() { #expect(abs(disc(frame).width / disc(frame).height - 1) < 0.06) }
    try rewrite(scratch.path("in.ts"), to: scratch.path("out.mp4"))
    #expect(try Oracle.times(scratch.path("out.mp4")).count == 20)
  }

  /// Pixels three thousand times as wide as high are none: what says so is damaged.
  @Test(arguments: ["3000/1", "1/3000"]) func oddPixelsAreRefused(aspect: String) throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=64x48,setsar=\(aspect):max=9999,format=yuv420p", "-frames:v", "1",
      scratch.path("a.y4m"),
    ])
    let sides = aspect.split(separator: "/").map { Int($0)! }
    #expect(throws: MediaError.oddPixels(scratch.path("a.y4m"), width: sides[0], height: sides[1])) {
      try MediaInput.open(scratch.path("a.y4m"))
    }
  }

  /// Those that say so later are taken as square, with a word.
  @Test func oddPixelsHalfWayAreSquare() throws {
    let scratch = try Scratch()
    let bytes =
      try part(scratch, "a.ts", "160x120", aspect: "1/1") + part(scratch, "b.ts", "160x120", aspect: "200/1")
    try bytes.write(to: URL(fileURLWithPath: scratch.path("in.ts")))
    let input = try MediaInput.open(scratch.path("in.ts"))
    while let frame = try input.next() { #expect(frame.pixelAspect == 1) }
    #expect(input.warnings.contains { if case .oddPixels = $0 { true } else { false } })
  }
}
