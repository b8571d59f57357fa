import Core

/// Web video text tracks (W3C WebVTT), one cue an expression segment of a track. The cues are known at the end, when the
/// segments are; until then memory grows with segments, not with frames.
struct WebVTT: RowEncoder {
  private var builder: TimelineBuilder

  init(labels: LabelSet) { builder = TimelineBuilder(labels: labels) }

  func begin(into bytes: inout [UInt8]) { bytes.append(text: "WEBVTT\n") }

  mutating func add(_ result: FrameResult, into bytes: inout [UInt8]) { builder.add(result) }

  mutating func finish(end: Double?, into bytes: inout [UInt8]) {
    for cue in cues(of: builder.timeline(end: end)) { append(cue, to: &bytes) }
  }

  private typealias Cue = (track: TimelineTrack, segment: TimelineSegment)

  /// In order of time, as the standard wants them.
  private func cues(of timeline: Timeline) -> [Cue] {
    let all = timeline.tracks.flatMap { track in track.segments.map { (track: track, segment: $0) } }
    return all.sorted { ($0.segment.start, $0.track.track) < ($1.segment.start, $1.track.track) }
  }

  private func append(_ cue: Cue, to bytes: inout [UInt8]) {
    bytes.append(text: "\n")
    appendTime(cue.segment.start, to: &bytes)
    bytes.append(text: " --> ")
    appendTime(cue.segment.end, to: &bytes)
    let input = cue.track.input.map { line($0) + " " } ?? ""
    bytes.append(text: "\n\(input)#\(cue.track.track) \(words(cue.segment))\n")
  }

  private func words(_ segment: TimelineSegment) -> String {
    guard let expression = segment.expression else {
      return "uncertain" + (segment.reason.map { " (\($0.rawValue))" } ?? "")
    }
    return "\(line(expression)) \(Int((max(0, min(1, segment.confidence)) * 100).rounded())) %"
  }

  /// A cue's text may not hold line ends; readers know no entities of quotes.
  private func line(_ text: String) -> String {
    escaped(String(text.map { $0.isNewline ? " " : $0 }), quotes: false)
  }

  /// `HH:MM:SS.mmm`.
  private func appendTime(_ seconds: Double, to bytes: inout [UInt8]) {
    let total = Int((max(0, min(seconds, 9e12)) * 1000).rounded())
    append(total / 3_600_000, digits: 2, to: &bytes)
    for (value, mark, digits) in [(total / 60000 % 60, ":", 2), (total / 1000 % 60, ":", 2), (total % 1000, ".", 3)] {
      bytes.append(text: mark)
      append(value, digits: digits, to: &bytes)
    }
  }

  private func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
    let text = String(value)
    bytes.append(text: String(repeating: "0", count: max(0, digits - text.count)) + text)
  }
}

extension RowFormat {
  /// For players.
  public static let vtt = RowFormat(
    name: "vtt", summary: "Subtitles (WebVTT), one cue an expression",
    encoder: { labels, _ in WebVTT(labels: labels) })
}
