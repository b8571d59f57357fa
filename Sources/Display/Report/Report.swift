import Foundation
import Rows

/// One self-contained page about a recording: the annotated video, a timeline for each track that seeks it, a summary and the
/// table of segments. No script, style, font or image comes from elsewhere, so it works from `file://` without a network.
public struct Report {
  let timeline: Timeline
  let title: String
  let media: ReportMedia?

  /// A page about `timeline` under `title`; without `media` nothing is played.
  public init(_ timeline: Timeline, title: String, media: ReportMedia?) {
    self.timeline = timeline
    self.title = title
    self.media = media
  }

  /// Writes the page piece by piece in UTF-8: memory does not grow with the video.
  /// - Throws: what `sink` throws, and Foundation's errors where the video cannot be read.
  public func write(to sink: (Data) throws -> Void) throws {
    func put(_ text: String) throws { try sink(Data(text.utf8)) }
    try put(head)
    try putMedia(sink)
    try put(timelineSection)
    try put(summarySection)
    try put(tableHead)
    for row in rows { try put(tableRow(row)) }
    try put(tableFoot)
  }

  /// All segments in order of time.
  private var rows: [(track: TimelineTrack, segment: TimelineSegment)] {
    timeline.tracks.flatMap { track in track.segments.map { (track, $0) } }
      .sorted { ($0.segment.start, $0.track.track) < ($1.segment.start, $1.track.track) }
  }

  private func putMedia(_ sink: (Data) throws -> Void) throws {
    guard let media else { return }
    func put(_ text: String) throws { try sink(Data(text.utf8)) }
    try put("<section class=\"media\" data-start=\"\(fixed(media.start, 6))\">\n")
    try put(
      media.isImage
        ? "<img alt=\"The annotated image\" src=\"" : "<video id=\"video\" controls preload=\"auto\" src=\"")
    if let name = media.name { try put(escaped(name)) } else { try putInside(media, sink) }
    try put(media.isImage ? "\">\n" : "\">This browser cannot play the video.</video>\n")
    try put("</section>\n")
  }

  /// The file in base64, a piece at a time; pieces are a multiple of three bytes, so that they join without padding.
  private func putInside(_ media: ReportMedia, _ sink: (Data) throws -> Void) throws {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: media.path))
    defer { try? file.close() }
    try sink(Data("data:\(media.type);base64,".utf8))
    while let piece = try file.read(upToCount: 3 << 17), !piece.isEmpty { try sink(piece.base64EncodedData()) }
  }
}
