import Foundation

/// Images that FFmpeg 5.1 cannot read, or takes for something else, by their files' first bytes.
enum FileKind: Hashable {
  /// HEIF with HEVC, as telephones take photographs.
  case heif
  /// One image in AV1.
  case avif
  /// Moving images in WebP.
  case movingWebP
  case other

  /// Of the file at `path`.
  init(_ path: String) {
    let file = FileHandle(forReadingAtPath: path)
    let bytes = [UInt8]((try? file?.read(upToCount: 256)) ?? Data())
    try? file?.close()
    self = FileKind.of(bytes)
  }

  private static func of(_ bytes: [UInt8]) -> FileKind {
    func text(_ range: Range<Int>) -> String {
      range.upperBound <= bytes.count ? String(decoding: bytes[range], as: UTF8.self) : ""
    }
    if text(0..<4) == "RIFF", text(8..<16) == "WEBPVP8X", bytes.count > 20 {
      return bytes[20] & 2 != 0 ? .movingWebP : .other
    }
    guard text(4..<8) == "ftyp" else { return .other }
    let size = min(Int(bytes[2]) << 8 | Int(bytes[3]), bytes.count)
    let brands = [text(8..<12)] + stride(from: 16, through: size - 4, by: 4).map { text($0..<$0 + 4) }
    if brands.contains("avis") { return .other }
    if brands.contains("avif") { return .avif }
    return brands.contains { ["heic", "heix", "heim", "heis", "mif1"].contains($0) } ? .heif : .other
  }
}
