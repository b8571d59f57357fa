import Foundation

/// The text of a configuration, for saying where in it something stands.
struct ConfigurationText {
  private let bytes: [UInt8]

  init(_ json: Data) { bytes = Array(json) }

  /// The line, from 1, in which `key` stands before a colon; 1 where it is written with escapes.
  func line(ofKey key: String) -> Int {
    let text = String(decoding: bytes, as: UTF8.self)
    let pattern = "\"" + NSRegularExpression.escapedPattern(for: key) + "\"\\s*:"
    guard let found = text.range(of: pattern, options: .regularExpression) else { return 1 }
    return line(at: text.utf8.distance(from: text.startIndex, to: found.lowerBound))
  }

  /// Where the parser stopped: its words name a byte, or the end.
  func place(of error: NSError) -> (line: Int, near: String) {
    let words = error.userInfo["NSDebugDescription"] as? String ?? ""
    let number = words.matches(of: /character ([0-9]+)/).last.flatMap { Int($0.1) }
    guard let number, number < bytes.count else { return (line(at: bytes.count), "") }
    let rest = bytes[number...].prefix { $0 != 0x0A && $0 != 0x0D }.prefix(20)
    return (line(at: number), String(decoding: rest, as: UTF8.self))
  }

  private func line(at place: Int) -> Int { 1 + bytes.prefix(place).count { $0 == 0x0A } }
}
