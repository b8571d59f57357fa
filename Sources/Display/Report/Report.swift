import Foundation
import Rows

/// One self-contained page about recordings: the annotated video where there is one, a timeline for each track that seeks it, a summary,
/// the table of segments, and single images with what was found on them. No script, style, font or image comes from elsewhere, so it works from `file://` without a network.
public struct Report {
  let timeline: Timeline
  let title: String
  let media: ReportMedia?
  let images: [ReportImage]
  let failures: [(name: String, text: String)]
  /// What recordings are called, by their whole names.
  let names: [String: String]
  /// Tracks of recordings; those of single images stand in the gallery.
  let tracks: [TimelineTrack]

  /// A page about `timeline` under `title`; without `media` nothing is played.
  public init(
    _ timeline: Timeline, title: String, media: ReportMedia?, images: [ReportImage] = [],
    failures: [(name: String, text: String)] = []
  ) {
    (self.timeline, self.title, self.media, self.images) = (timeline, title, media, images)
    self.failures = failures
    names = shortNames(timeline.recordings)
    let stills = timeline.stills
    tracks = timeline.tracks.filter { !stills.contains($0.input) }
  }

  /// Writes the page piece by piece in UTF-8: memory does not grow with the video.
  /// - Throws: what `sink` throws, and Foundation's errors where the video cannot be read.
  public func write(to sink: (Data) throws -> Void) throws {
    func put(_ text: String) throws { try sink(Data(text.utf8)) }
    try put(head)
    try putMedia(sink)
    try put(stillSection)
    try putGallery(sink)
    if !timeline.isOfStills { try putTimes(put) }
    try put(failureSection)
    try put(foot)
  }

  private func putTimes(_ put: (String) throws -> Void) throws {
    try put(timelineSection)
    try put(summarySection)
    guard !tracks.isEmpty else { return }
    try put(tableHead)
    let stills = timeline.stills
    for row in timeline.segments where !stills.contains(row.track.input) { try put(tableRow(row)) }
    try put(tableFoot)
  }

  private func putMedia(_ sink: (Data) throws -> Void) throws {
    guard let media else { return }
    func put(_ text: String) throws { try sink(Data(text.utf8)) }
    try put("<section class=\"media\" data-start=\"\(fixed(media.start, 6))\">\n")
    try put(
      media.isImage
        ? "<img alt=\"The annotated image\" src=\"" : "<video id=\"video\" controls preload=\"auto\" src=\"")
    try self.put(media, sink)
    try put(media.isImage ? "\">\n" : "\">This browser cannot play the video.</video>\n")
    try put("</section>\n")
  }

  /// Where `media` is, for an attribute.
  func put(_ media: ReportMedia, _ sink: (Data) throws -> Void) throws {
    if let name = media.name { try sink(Data(escaped(name).utf8)) } else { try putInside(media, sink) }
  }

  /// The file in base64, a piece at a time; pieces are a multiple of three bytes, so that they join without padding.
  private func putInside(_ media: ReportMedia, _ sink: (Data) throws -> Void) throws {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: media.path))
    defer { try? file.close() }
    try sink(Data("data:\(media.type);base64,".utf8))
    while let piece = try file.read(upToCount: 3 << 17), !piece.isEmpty { try sink(piece.base64EncodedData()) }
  }
}
