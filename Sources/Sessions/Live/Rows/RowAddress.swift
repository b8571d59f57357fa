import Foundation

/// Where rows go as they happen.
public enum RowAddress: Hashable, Sendable {
  /// `-`.
  case standardOutput
  /// A file, or a pipe with a name.
  case file(String)
  /// A Unix socket, by its path.
  case unix(String)
  /// A port of a host.
  case tcp(host: String, port: String)

  /// The place that `text` names: `-`, `unix:PATH`, `tcp:HOST:PORT`, or a file.
  /// - Throws: `LiveError.badAddress`.
  public init(_ text: String) throws(LiveError) {
    if text == "-" {
      self = .standardOutput
    } else if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard !path.isEmpty, path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
        throw .badAddress(text)
      }
      self = .unix(path)
    } else if text.hasPrefix("tcp:") {
      let rest = text.dropFirst(4)
      guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...]), port > 0 else {
        throw .badAddress(text)
      }
      let host = rest[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
      self = .tcp(host: host, port: "\(port)")
    } else if RowAddress.namesAnother(text) {
      throw .badAddress(text)
    } else {
      self = .file(text)
    }
  }

  /// Whether it begins with a word and a colon, as addresses do.
  private static func namesAnother(_ text: String) -> Bool {
    guard let word = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first,
      word.utf8.count < text.utf8.count, word.utf8.count > 1
    else { return false }
    return word.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789+-".unicodeScalars.contains($0))
    }
  }

  /// As it was written.
  public var text: String {
    switch self {
    case .standardOutput: "-"
    case .file(let path): path
    case .unix(let path): "unix:\(path)"
    case .tcp(let host, let port): "tcp:\(host):\(port)"
    }
  }
}
