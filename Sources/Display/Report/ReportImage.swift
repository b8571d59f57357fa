import Foundation
import Rows

/// A single image that a page shows with the faces found on it.
public struct ReportImage: Sendable {
  /// The recording's name in the timeline.
  let name: String
  let media: ReportMedia

  /// Images by name and path, for a page that will lie at `page`: inside it as long as all together stay within
  /// `ReportMedia.mostInside`, then beside it.
  public static func all(_ images: [(name: String, path: String)], page: String) -> [ReportImage] {
    var room = ReportMedia.mostInside
    return images.map { name, path in
      let media = ReportMedia(path: path, page: page, limit: room)
      room -= media.name == nil ? media.size : 0
      return ReportImage(name: name, media: media)
    }
  }
}

extension Report {
  /// The gallery: an image with what was found on it beside the next.
  func putGallery(_ sink: (Data) throws -> Void) throws {
    guard !images.isEmpty else { return }
    let tracks = Dictionary(grouping: timeline.tracks, by: \.input)
    try sink(Data("<section><h2>Images</h2>\n<div class=\"gallery\">\n".utf8))
    for image in images {
      try sink(Data("<figure><img loading=\"lazy\" alt=\"\(escaped(image.name))\" src=\"".utf8))
      try put(image.media, sink)
      let faces = (tracks[image.name] ?? []).map(faceLine)
      let lines = faces.isEmpty ? "<li>no face was found</li>" : faces.joined()
      let caption = "<figcaption><b>\(escaped(names[image.name] ?? image.name))</b><ul>\(lines)</ul></figcaption>"
      try sink(Data("\">\n\(caption)</figure>\n".utf8))
    }
    try sink(Data("</div></section>\n".utf8))
  }

  /// What one face of an image shows.
  func faceLine(_ track: TimelineTrack) -> String {
    guard let segment = track.segments.first else { return "" }
    return
      "<li>\(swatch(segment.expression)) face \(track.track): \(escaped(segment.name)), \(percent(segment.confidence))</li>"
  }
}

/// What people call recordings among others: the last part of their names, or the whole where that is not enough.
func shortNames(_ recordings: [TimelineRecording]) -> [String: String] {
  let names = recordings.compactMap(\.name)
  let last = { (name: String) in name.split(separator: "/").last.map(String.init) ?? name }
  let counts = Dictionary(names.map { (last($0), 1) }, uniquingKeysWith: +)
  return Dictionary(names.map { ($0, counts[last($0)] == 1 ? last($0) : $0) }) { first, _ in first }
}
