import CFFmpeg
import Foundation

/// How an image file says that it lies, where FFmpeg 5.1 does not read it: Exif in PNG (chunk `eXIf`) and WebP, TIFF's own
/// tag, and the turns of HEIF's family (`irot`, `imir`; ISO/IEC 23008-12).
enum StoredOrientation {
  /// Of the images of `codec` in the file at `path`; nil where it says nothing.
  static func read(_ path: String, _ codec: AVCodecID) -> Orientation? {
    let reader: (([UInt8]) -> Orientation?)? =
      switch codec {
      case AV_CODEC_ID_PNG, AV_CODEC_ID_APNG: ofPNG
      case AV_CODEC_ID_WEBP: ofWebP
      case AV_CODEC_ID_TIFF: ofTIFF
      case AV_CODEC_ID_AV1: ofHEIF
      default: nil
      }
    guard let reader, let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe),
      bytes.count < 1 << 30
    else { return nil }
    return reader([UInt8](bytes))
  }

  static func ofPNG(_ file: [UInt8]) -> Orientation? {
    var at = 8
    while let length = file.number(at, 4), let kind = file.number(at + 4, 4), at + 12 + length <= file.count {
      if kind == 0x6558_4966 { return ofTIFF(Array(file[at + 8..<at + 8 + length])) }
      at += 12 + length
    }
    return nil
  }

  static func ofWebP(_ file: [UInt8]) -> Orientation? {
    var at = 12
    while let kind = file.number(at, 4), let length = file.number(at + 4, 4, little: true),
      at + 8 + length <= file.count
    {
      if kind == 0x4558_4946 { return ofTIFF(Array(file[at + 8..<at + 8 + length])) }
      at += 8 + length + length % 2
    }
    return nil
  }

  /// Tag 274 of the first directory.
  static func ofTIFF(_ bytes: [UInt8]) -> Orientation? {
    // Some writers keep the prefix that JPEG needs.
    let tiff = bytes.starts(with: Array("Exif\0\0".utf8)) ? Array(bytes.dropFirst(6)) : bytes
    guard let order = tiff.number(0, 2), order == 0x4949 || order == 0x4d4d else { return nil }
    let little = order == 0x4949
    guard let directory = tiff.number(4, 4, little: little), let count = tiff.number(directory, 2, little: little)
    else {
      return nil
    }
    for entry in 0..<count {
      let at = directory + 2 + entry * 12
      guard let tag = tiff.number(at, 2, little: little) else { return nil }
      if tag == 274 { return tiff.number(at + 8, 2, little: little).flatMap { Orientation(exif: $0) } }
    }
    return nil
  }

  /// What the first image's properties say, in their order.
  static func ofHEIF(_ file: [UInt8]) -> Orientation? {
    guard let body = file.box("meta", in: 0..<file.count), body.count >= 4,
      case let meta = body.dropFirst(4),
      let properties = file.box("iprp", in: meta), let list = file.box("ipco", in: properties),
      let links = file.box("ipma", in: properties)
    else { return nil }
    let primary = file.box("pitm", in: meta).flatMap { box in
      file.number(box.lowerBound, 1).flatMap { file.number(box.lowerBound + 4, $0 == 0 ? 2 : 4) }
    }
    let boxes = file.boxes(in: list)
    return file.properties(of: primary ?? 1, links).reduce(Orientation()) { turned, number in
      guard boxes.indices.contains(number - 1), let value = file.number(boxes[number - 1].body.lowerBound, 1) else {
        return turned
      }
      switch boxes[number - 1].kind {
      case "irot": return turned.turnedLeft(quarters: value & 3)
      case "imir": return turned.mirrored(leftAndRight: value & 1 == 1)
      default: return turned
      }
    }
  }
}

extension Orientation {
  /// As Exif numbers the eight ways.
  init?(exif number: Int) {
    guard (1...8).contains(number) else { return nil }
    transposed = number >= 5
    mirroredX = [2, 3, 6, 7].contains(number)
    mirroredY = [3, 4, 7, 8].contains(number)
  }

  /// Turned further, against the clock.
  func turnedLeft(quarters: Int) -> Orientation {
    (0..<quarters).reduce(self) { turned, _ in
      var next = Orientation()
      (next.transposed, next.mirroredX, next.mirroredY) = (!turned.transposed, turned.mirroredY, !turned.mirroredX)
      return next
    }
  }

  /// Mirrored further.
  func mirrored(leftAndRight: Bool) -> Orientation {
    var next = self
    if leftAndRight { next.mirroredX.toggle() } else { next.mirroredY.toggle() }
    return next
  }
}

/// Numbers and boxes in a file's bytes; what would lie beyond its end is not there.
extension [UInt8] {
  fileprivate func number(_ at: Int, _ bytes: Int, little: Bool = false) -> Int? {
    guard at >= 0, at <= count - bytes else { return nil }
    let part = self[at..<at + bytes]
    return (little ? part.reversed() : Array(part)).reduce(0) { $0 << 8 | Int($1) }
  }

  /// The boxes that lie in `range` one after another: their kinds and where their bodies are.
  fileprivate func boxes(in range: Range<Int>) -> [(kind: String, body: Range<Int>)] {
    var found: [(String, Range<Int>)] = []
    var at = range.lowerBound
    while at + 8 <= range.upperBound, let size = number(at, 4), let kind = number(at + 4, 4) {
      let (head, length) = size == 1 ? (16, number(at + 8, 8) ?? 0) : (8, size == 0 ? range.upperBound - at : size)
      guard length >= head, length <= range.upperBound - at else { break }
      let name = String(decoding: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: kind >> $0) }, as: UTF8.self)
      found.append((name, at + head..<at + length))
      at += length
    }
    return found
  }

  fileprivate func box(_ kind: String, in range: Range<Int>) -> Range<Int>? {
    boxes(in: range).first { $0.kind == kind }?.body
  }

  /// Numbers, from 1, of the properties of `item`, as the body of `ipma` lists them.
  fileprivate func properties(of item: Int, _ links: Range<Int>) -> [Int] {
    guard let head = number(links.lowerBound, 4), let items = number(links.lowerBound + 4, 4) else { return [] }
    let (idBytes, linkBytes) = (head >> 24 == 0 ? 2 : 4, head & 1 == 0 ? 1 : 2)
    var at = links.lowerBound + 8
    for _ in 0..<items {
      guard at < links.upperBound, let id = number(at, idBytes), let count = number(at + idBytes, 1) else { return [] }
      at += idBytes + 1
      if id == item {
        return (0..<count).compactMap { number(at + $0 * linkBytes, linkBytes) }.map {
          $0 & (linkBytes == 1 ? 0x7f : 0x7fff)
        }
      }
      at += count * linkBytes
    }
    return []
  }
}
