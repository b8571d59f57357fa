import Core
import Foundation
import Media
import TestSupport
import Testing

/// Photographs and other single images.
@Suite struct StillTests {
  private func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
  private func write(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
  private func big(_ value: Int, _ bytes: Int = 4) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
  private func box(_ kind: String, _ body: [UInt8]) -> [UInt8] { big(body.count + 8) + Array(kind.utf8) + body }

  private func little(_ value: Int, _ bytes: Int = 4) -> [UInt8] { big(value, bytes).reversed() }
  private func joined(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap(\.self) }
  private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// Exif that says how a photograph was held, in either order of bytes.
  private func exif(_ orientation: Int, isLittle: Bool) -> [UInt8] {
    let number = isLittle ? little : big
    let entry = joined(number(274, 2), number(3, 2), number(1, 4), number(orientation, 2), [0, 0])
    return joined(text(isLittle ? "II" : "MM"), number(42, 2), number(8, 4), number(1, 2), entry, [0, 0, 0, 0])
  }

  /// CRC-32 as PNG has it.
  private func checksum(_ bytes: [UInt8]) -> Int {
    var crc = ~UInt32(0)
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xedb8_8320 : crc >> 1 }
    }
    return Int(~crc)
  }

  /// `plain`, an image of 96x64, as a file of `ending` that says that it lies by `orientation`.
  private func photograph(_ scratch: Scratch, _ ending: String, _ orientation: Int) throws -> String {
    let path = scratch.path("photo\(orientation).\(ending)")
    let options = ending == "webp" ? ["-lossless", "1"] : []
    try Oracle.ffmpeg(["-i", scratch.path("plain.png")] + options + ["-frames:v", "1", path])
    let bytes = try read(path)
    switch ending {
    case "png": try write(png(bytes, orientation), path)
    case "webp": try write(webp(bytes, orientation), path)
    default: try write(tiff(bytes, orientation), path)
    }
    return path
  }

  private func png(_ bytes: [UInt8], _ orientation: Int) -> [UInt8] {
    let body = exif(orientation, isLittle: false)
    let chunk = joined(text("eXIf"), body)
    return joined(Array(bytes[..<33]), big(body.count), chunk, big(checksum(chunk)), Array(bytes[33...]))
  }

  private func webp(_ bytes: [UInt8], _ orientation: Int) -> [UInt8] {
    let body = exif(orientation, isLittle: true)
    let header = joined(text("VP8X"), little(10), [8, 0, 0, 0, 95, 0, 0, 63, 0, 0])
    let content = joined(text("WEBP"), header, Array(bytes[12...]), text("EXIF"), little(body.count), body)
    return joined(text("RIFF"), little(content.count), content)
  }

  /// With a directory of its own at the end, with one entry more, in the order of tags.
  private func tiff(_ bytes: [UInt8], _ orientation: Int) -> [UInt8] {
    func number(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
    let directory = number(4) | number(6) << 16
    var entries = (0..<number(directory)).map { Array(bytes[directory + 2 + $0 * 12..<directory + 14 + $0 * 12]) }
    entries.append(joined(little(274, 2), little(3, 2), little(1), little(orientation)))
    entries.sort { Int($0[0]) | Int($0[1]) << 8 < Int($1[0]) | Int($1[1]) << 8 }
    let padded = bytes.count % 2 == 1 ? bytes + [0] : bytes
    let head = joined(Array(padded[..<4]), little(padded.count), Array(padded[8...]))
    return joined(head, little(entries.count, 2), entries.flatMap(\.self), [0, 0, 0, 0])
  }

  /// FFmpeg's filters for the eight ways.
  private static let turns = [
    "null", "hflip", "hflip,vflip", "vflip", "transpose=0", "transpose=1", "transpose=3", "transpose=2",
  ]

  private func difference(_ a: any Frame, _ b: any Frame) -> Double {
    guard a.width == b.width, a.height == b.height else { return .infinity }
    let area = PixelRect(x: 0, y: 0, width: a.width, height: a.height)
    let (x, y) = (a.read(area).pixels, b.read(area).pixels)
    return Double(zip(x, y).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(x.count)
  }

  @Test(arguments: ["png", "webp", "tif"]) func photographsAreUpright(ending: String) throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=96x64", "-frames:v", "1", scratch.path("plain.png")])
    for orientation in 1...8 {
      let expected = scratch.path("expected\(orientation).png")
      try Oracle.ffmpeg([
        "-i", scratch.path("plain.png"), "-vf", StillTests.turns[orientation - 1], "-frames:v", "1", expected,
      ])
      let input = try MediaInput.open(try photograph(scratch, ending, orientation))
      #expect(input.info.width == (orientation < 5 ? 96 : 64))
      let seen = try #require(try input.next())
      let wanted = try #require(try MediaInput.open(expected).next())
      #expect(difference(seen, wanted) < (ending == "webp" ? 6 : 1), "\(ending) \(orientation)")
    }
  }

  /// A HEIF file of one image that FFmpeg encoded, with `turns` behind its other properties.
  private func heif(_ scratch: Scratch, _ brand: String, turns: [[UInt8]]) throws -> String {
    let isAV1 = brand == "avif"
    let movie = scratch.path("one.mp4")
    let codec: [String] =
      isAV1 ? ["libaom-av1", "-cpu-used", "8"] : ["libx265", "-x265-params", "log-level=error"]
    let input: [String] = ["-i", scratch.path("plain.png"), "-frames:v", "1", "-pix_fmt", "yuv420p", "-c:v"]
    try Oracle.ffmpeg(input + codec + ["-crf", "5", "-movflags", "+faststart", movie])
    let bytes = try read(movie)
    func find(_ kind: String) -> [UInt8] {
      let name = Array(kind.utf8)
      let at = (4..<bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == name }!
      let size = bytes[at - 4..<at].reduce(0) { $0 << 8 | Int($1) }
      return Array(bytes[at - 4..<at - 4 + size])
    }
    let image = Array(find("mdat").dropFirst(8))
    let properties: [[UInt8]] = [find(isAV1 ? "av1C" : "hvcC"), box("ispe", joined(big(0), big(96), big(64)))] + turns
    let numbers = (1...properties.count).map { UInt8($0 | 0x80) }
    let links = joined(big(0), big(1), big(1, 2), [UInt8(properties.count)], numbers)
    let entry = box("infe", joined(big(0x0200_0000), big(1, 2), big(0, 2), text(isAV1 ? "av01" : "hvc1"), [0]))
    let handler = box("hdlr", joined(big(0), big(0), text("pict"), [UInt8](repeating: 0, count: 13)))
    func meta(_ offset: Int) -> [UInt8] {
      let place = joined(big(1, 2), big(0, 2), big(1, 2), big(offset), big(image.count))
      let content = [
        big(0), handler, box("pitm", joined(big(0), big(1, 2))),
        box("iloc", joined(big(0), [0x44, 0], big(1, 2), place)), box("iinf", joined(big(0), big(1, 2), entry)),
        box("iprp", joined(box("ipco", properties.flatMap(\.self)), box("ipma", links))),
      ]
      return box("meta", content.flatMap(\.self))
    }
    let head = box("ftyp", joined(text(brand), big(0), text("mif1"), text(brand)))
    let offset = head.count + meta(0).count + 8
    let path = scratch.path("photo.\(isAV1 ? "avif" : "heic")")
    try write(joined(head, meta(offset), box("mdat", image)), path)
    return path
  }

  @Test(arguments: ["heic", "avif"]) func telephonePhotographs(brand: String) throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=96x64", "-frames:v", "1", scratch.path("plain.png")])
    let cases: [([[UInt8]], String)] = [
      ([], "null"), ([box("irot", [1])], "transpose=2"), ([box("irot", [3])], "transpose=1"),
      ([box("irot", [2])], "hflip,vflip"), ([box("imir", [1])], "hflip"), ([box("imir", [0])], "vflip"),
      ([box("irot", [1]), box("imir", [1])], "transpose=2,hflip"),
    ]
    for (turns, filter) in cases {
      try Oracle.ffmpeg([
        "-i", scratch.path("plain.png"), "-vf", filter, "-frames:v", "1", scratch.path("expected.png"),
      ])
      let input: MediaInput
      do { input = try MediaInput.open(try heif(scratch, brand, turns: turns)) } catch MediaError.needsLibrary {
        return
      }
      #expect(input.info.isStill)
      let seen = try #require(try input.next())
      let wanted = try #require(try MediaInput.open(scratch.path("expected.png")).next())
      #expect(difference(seen, wanted) < 12, "\(filter)")
    }
    try rewrite(scratch.path("photo.\(brand)"), to: scratch.path("out.png"))
    #expect(try Oracle.entry(scratch.path("out.png"), "v:0", "width,height") == "64,96")
  }

  @Test func movingWebPIsSaid() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=96x64:d=0.3:r=10", "-loop", "0", scratch.path("a.webp")])
    #expect(throws: MediaError.needsConversion(scratch.path("a.webp"), format: "an animated WebP")) {
      try MediaInput.open(scratch.path("a.webp"))
    }
  }

  @Test(arguments: ["mp4", "mkv", "gif", "tga", "jp2"]) func oneImageBecomesAnImage(ending: String) throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=96x64:d=0.1:r=10", "-frames:v", "1", scratch.path("in.\(ending)"),
    ])
    try rewrite(scratch.path("in.\(ending)"), to: scratch.path("out.png"))
    #expect(try Oracle.entry(scratch.path("out.png"), "v:0", "width,height") == "96,64")
    #expect(try MediaLocations.expand([scratch.folder.path]).contains(scratch.path("in.\(ending)")))
  }

  @Test func manyImagesAreNone() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=96x64:d=1:r=10", scratch.path("in.mkv")])
    #expect(throws: MediaError.stillTakesOneImage(scratch.path("out.png"))) {
      try rewrite(scratch.path("in.mkv"), to: scratch.path("out.png"))
    }
  }

  /// Before a window a single image stays, each time in planes of its own.
  @Test func imagesStay() throws {
    let scratch = try Scratch()
    try Oracle.ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=96x64", "-frames:v", "1", scratch.path("a.png")])
    var options = InputOptions()
    options.stillLasts = 2
    let input = try MediaInput.open(scratch.path("a.png"), options: options)
    let area = PixelRect(x: 0, y: 0, width: 96, height: 64)
    var (times, pixels): ([Double], [UInt8]) = ([], [])
    while let frame = try input.next() {
      if times.isEmpty { pixels = frame.read(area).pixels }
      #expect(frame.index == times.count && frame.read(area).pixels == pixels)
      frame.blend(Patch(rect: area, pixels: [UInt8](repeating: 255, count: 96 * 64 * 4)))
      times.append(frame.time)
    }
    #expect(times.count == 50 && zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func foldersSayWhatTheyLeaveOut() throws {
    let scratch = try Scratch()
    for name in ["b.txt", "a.jpg", "IMG_1.HEIC", ".hidden", "c.docx"] { try write([0], scratch.path(name)) }
    #expect(try MediaLocations.expand([scratch.folder.path]) == ["IMG_1.HEIC", "a.jpg"].map(scratch.path))
    #expect(MediaLocations.leftOut([scratch.folder.path]) == ["b.txt", "c.docx"].map(scratch.path))
  }
}
