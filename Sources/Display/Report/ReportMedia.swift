import Foundation

/// The image that a report shows: inside the page, or beside it.
public struct ReportMedia: Sendable {
  /// The largest file that goes inside, bytes.
  public static let mostInside = 20_000_000
  /// The annotated file.
  public let path: String
  /// Where it is shown from: nil for inside the page, else its name relative to the page.
  public let name: String?
  /// Presentation time in the source at which the file's own time starts.
  public let start: Double
  /// Bytes.
  let size: Int

  /// The annotated `path` for a page that will lie at `page`: inside up to `limit` bytes.
  public init(path: String, page: String, start: Double = 0, limit: Int = mostInside) {
    self.path = path
    self.start = start
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    size = (attributes?[.size] as? NSNumber)?.intValue ?? .max
    name = size <= limit ? nil : Self.relative(path, to: page)
  }

  private static let types = [
    "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/mp4", "webm": "video/webm", "mkv": "video/x-matroska",
    "ogv": "video/ogg", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "bmp": "image/bmp",
  ]

  /// Media type by the name's ending.
  var type: String { Self.types[(path as NSString).pathExtension.lowercased()] ?? "video/mp4" }
  var isImage: Bool { type.hasPrefix("image/") }

  /// A URL from the folder of `page` to `path`, percent-encoded.
  package static func relative(_ path: String, to page: String) -> String {
    let target = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
    let base = URL(fileURLWithPath: page).standardizedFileURL.deletingLastPathComponent().pathComponents
    let shared = zip(target, base).prefix { $0 == $1 }.count
    let parts = Array(repeating: "..", count: base.count - shared) + target[shared...]
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    return parts.map { $0.addingPercentEncoding(withAllowedCharacters: allowed) ?? $0 }.joined(separator: "/")
  }
}
