/// A pixel format as drivers name it: four characters, and a mark for big-endian samples in the highest bit.
public struct FourCC: Hashable, Sendable, CustomStringConvertible {
  /// As in `v4l2_fourcc`: the first character in the lowest byte.
  public let rawValue: UInt32

  private static let bigEndian: UInt32 = 1 << 31

  /// From a driver's number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// From one to four characters, spaces at the end left out, with `-BE` behind them for big-endian samples.
  public init?(_ text: String) {
    let isBig = text.hasSuffix("-BE")
    let letters = Array((isBig ? String(text.dropLast(3)) : text).utf8)
    guard (1...4).contains(letters.count), letters.allSatisfy({ (32..<127).contains($0) }) else { return nil }
    let padded = letters + Array(repeating: 32, count: 4 - letters.count)
    let value = padded.enumerated().reduce(0) { $0 | UInt32($1.element) << (8 * UInt32($1.offset)) }
    rawValue = isBig ? value | FourCC.bigEndian : value
  }

  /// `YUYV`, `Y16`, `Y16-BE`.
  public var description: String {
    let letters = (0..<4).map { UInt8(truncatingIfNeeded: (rawValue & ~FourCC.bigEndian) >> (8 * $0)) }
    let text = String(decoding: letters.map { (32..<127).contains($0) ? $0 : 63 }, as: UTF8.self)
    let end = text.lastIndex { $0 != " " }.map { text.index(after: $0) } ?? text.startIndex
    return text[..<end] + (rawValue & FourCC.bigEndian == 0 ? "" : "-BE")
  }
}
