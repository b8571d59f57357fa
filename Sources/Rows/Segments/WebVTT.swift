import Core

extension SegmentFormat {
  /// Web video text tracks (W3C WebVTT), one cue an expression segment of a track.
  public static let vtt = SegmentFormat(
    endings: [".vtt"], summary: "WebVTT subtitles", head: "WEBVTT\n",
    body: { document in
      let cues = document.timeline.cues.map { track, segment in
        // Readers know no entities of quotes.
        let text = escaped(oneLine(caption(track, segment)), quotes: false)
        return "\n\(clock(segment.start, mark: ".")) --> \(clock(segment.end, mark: "."))\n\(text)\n"
      }
      return Array(cues.joined().utf8)
    })

  /// `#1 happy 93 %`, after the input's name where there are several.
  static func caption(_ track: TimelineTrack, _ segment: TimelineSegment) -> String {
    (track.input.map { "\($0) " } ?? "") + "#\(track.track) \(segment.caption)"
  }
}

/// Segments as a format of rows: they are known at the end; until then memory grows with segments, not with frames.
struct SegmentRows: RowEncoder {
  private var builder: TimelineBuilder
  private let format: SegmentFormat

  init(_ format: SegmentFormat, labels: LabelSet) {
    builder = TimelineBuilder(labels: labels)
    self.format = format
  }

  func begin(into bytes: inout [UInt8]) { bytes.append(text: format.head) }

  mutating func add(_ result: FrameResult, into bytes: inout [UInt8]) { builder.add(result) }

  mutating func finish(end: Double?, into bytes: inout [UInt8]) {
    bytes += format.body(SegmentDocument(builder.timeline(end: end)))
  }
}

extension RowFormat {
  /// For players.
  public static let vtt = RowFormat(
    name: "vtt", summary: "Subtitles (WebVTT), one cue an expression",
    encoder: { labels, _ in SegmentRows(.vtt, labels: labels) })
}
