import Core
import Foundation
import Rows

extension Report {
  var head: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(escaped(title)) · expressions</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <header><h1>\(escaped(title))</h1>
    <p>\(headline)</p></header>
    <main>

    """
  }

  private var headline: String {
    let length = TimeAxis.clock(timeline.duration, decimals: 1)
    let stills = timeline.recordings.filter(\.isStill).count
    let moving = timeline.recordings.count - stills
    let parts = [
      stills > 0 ? counted(stills, "image") : nil, moving > 1 ? counted(moving, "recording") : nil,
      moving == 0 ? nil : moving > 1 ? "\(length) in all" : length,
      moving == 0 ? nil : counted(timeline.frames - stills, "frame"), counted(timeline.tracks.count, "face"),
    ]
    return parts.compactMap(\.self).joined(separator: " · ")
  }

  /// What was found on an only image.
  var stillSection: String {
    guard timeline.isOfStills, images.isEmpty else { return "" }
    let faces = timeline.tracks.map(faceLine)
    let lines = faces.isEmpty ? "<p>No face was found.</p>" : "<ul class=\"faces\">\(faces.joined())</ul>"
    return "<section><h2>Faces</h2>\n\(lines)</section>\n"
  }

  var timelineSection: String {
    guard !tracks.isEmpty else { return "<section><h2>Timeline</h2><p>No face was found.</p></section>\n" }
    return """
      <section id="timeline" data-start="\(fixed(timeline.start, 6))" data-end="\(fixed(timeline.end, 6))">
      <h2>Timeline</h2>
      <p class="hint">\(hint)</p>
      \(legend)
      <div class="tracks">
      \(groups.map(trackRows).joined(separator: "\n"))
      \(axis)
      </div>
      </section>

      """
  }

  private var hint: String {
    let keys = "Click to go there. With the keyboard: arrows move by a second, Home and End to either end"
    return keys + (media == nil ? "." : ", space plays.")
  }

  /// Tracks of one recording after another.
  private var groups: [[TimelineTrack]] {
    let all = Dictionary(grouping: tracks, by: \.input)
    return timeline.recordings.compactMap { all[$0.name] }
  }

  /// Under the recording's name and length, where there are several.
  private func trackRows(_ tracks: [TimelineTrack]) -> String {
    let rows = tracks.map(trackRow).joined(separator: "\n")
    guard let name = tracks[0].input, let recording = timeline.recordings.first(where: { $0.name == name }) else {
      return rows
    }
    let length = TimeAxis.clock(recording.duration, decimals: 1)
    return "<h3>\(escaped(names[name] ?? name)) <small>\(length)</small></h3>\n\(rows)"
  }

  /// `face 3`, with the recording's name where there are several.
  private func title(_ track: TimelineTrack) -> String {
    (track.input.map { (names[$0] ?? $0) + " " } ?? "") + "face \(track.track)"
  }

  private var legend: String {
    let entries: [String?] = timeline.labels.names + [nil]
    let items = entries.map { "<li>\(swatch($0)) \(escaped($0 ?? "uncertain"))</li>" }
    return "<ul class=\"legend\">\(items.joined())</ul>"
  }

  func swatch(_ expression: String?) -> String {
    "<i class=\"swatch\" style=\"background:\(color(expression))\"></i>"
  }

  private func color(_ expression: String?) -> String { ChartPalette.color(of: expression, in: timeline.labels).css }

  /// A track's drawing: 1000 units wide, bands above, probabilities below.
  private func trackRow(_ track: TimelineTrack) -> String {
    """
    <div class="track"><div class="name"><b>face \(track.track)</b><span class="now"></span></div>
    <div class="lane" role="slider" tabindex="0" aria-label="Time on the timeline of \(escaped(title(track)))" \
    aria-valuemin="\(fixed(timeline.start, 2))" aria-valuemax="\(fixed(timeline.end, 2))" \
    aria-valuenow="\(fixed(timeline.start, 2))">
    <svg viewBox="0 0 1000 74" preserveAspectRatio="none" aria-hidden="true">
    \(track.segments.map(band).joined(separator: "\n"))
    \(curves(track))
    </svg><i class="head"></i></div></div>
    """
  }

  private func band(_ segment: TimelineSegment) -> String {
    let (left, right) = (x(segment.start), x(segment.end))
    return """
      <rect x="\(fixed(left, 2))" y="0" width="\(fixed(max(right - left, 0.3), 2))" height="26" \
      fill="\(color(segment.expression))" data-s="\(fixed(segment.start, 3))" data-e="\(fixed(segment.end, 3))" \
      data-n="\(escaped(segment.name))"><title>\(escaped(segment.sentence))</title></rect>
      """
  }

  private func x(_ time: Double) -> Double {
    1000 * min(max((time - timeline.start) / max(timeline.span, 1e-6), 0), 1)
  }

  private func curves(_ track: TimelineTrack) -> String {
    let classes = timeline.labels.names.enumerated().filter { track.matters($0.offset) }
    return track.unbrokenSamples.flatMap { run in
      classes.map { index, name in
        let points = run.map { sample in
          "\(fixed(x(sample.time + sample.duration / 2), 2)),\(fixed(72 - 42 * sample.probabilities[index], 1))"
        }
        return "<polyline stroke=\"\(color(name))\" points=\"\(points.joined(separator: " "))\"/>"
      }
    }.joined(separator: "\n")
  }

  private var axis: String {
    let axis = TimeAxis(start: timeline.start, end: timeline.end, most: 10)
    let marks = axis.marks.map { "<span style=\"left:\(fixed(x($0) / 10, 3))%\">\(axis.name($0))</span>" }
    return "<div class=\"axis\" aria-hidden=\"true\">\(marks.joined())</div>"
  }

  var summarySection: String {
    guard !tracks.isEmpty else { return "" }
    return """
      <section><h2>Summary</h2>
      <p class="hint">Shares of the time in sight, frame by frame, as in the rows; segments leave out what lasts for less than 0.4 s.</p>
      <div class="scroll"><table class="summary">
      <thead><tr><th>Face</th><th>In sight</th><th>Shares</th><th>Longest segments</th></tr></thead>
      <tbody>
      \(tracks.map(summaryRow).joined(separator: "\n"))
      </tbody></table></div></section>

      """
  }

  private func summaryRow(_ track: TimelineTrack) -> String {
    let shares = track.shares
    let bar = shares.map { "<i style=\"width:\(fixed($0.share * 100, 2))%;background:\(color($0.expression))\"></i>" }
    let words = shares.map { "\(escaped($0.expression ?? "uncertain")) \(percent($0.share))" }
    let longest = track.longest.map { "\(seek(to: $0.start)) \(escaped($0.name)), \(fixed($0.duration, 1)) s" }
    return """
      <tr><th scope="row">\(escaped(title(track)))</th><td class="number">\(TimeAxis.clock(track.secondsInSight, decimals: 1))</td>
      <td><div class="shares">\(bar.joined())</div><small>\(words.joined(separator: ", "))</small></td>
      <td><small>\(longest.joined(separator: "<br>"))</small></td></tr>
      """
  }

  /// A moment as a button that goes there; as text where nothing plays.
  private func seek(to time: Double) -> String {
    let name = TimeAxis.clock(time, decimals: 1)
    return media == nil ? name : "<button data-seek=\"\(fixed(time, 3))\">\(name)</button>"
  }

  var tableHead: String {
    """
    <section><h2>Segments</h2>
    <div class="scroll"><table class="segments">
    <thead><tr><th>Start</th><th>End</th><th>Seconds</th><th>Face</th><th>Expression</th><th>Confidence</th></tr></thead>
    <tbody>

    """
  }

  func tableRow(_ row: (track: TimelineTrack, segment: TimelineSegment)) -> String {
    let segment = row.segment
    return """
      <tr><td class="number">\(seek(to: segment.start))</td><td class="number">\(TimeAxis.clock(segment.end, decimals: 1))</td>\
      <td class="number">\(fixed(segment.duration, 1))</td><td>\(escaped(title(row.track)))</td>\
      <td>\(swatch(segment.expression)) \(escaped(segment.name))</td><td class="number">\(percent(segment.confidence))</td></tr>

      """
  }

  var tableFoot: String {
    """
    </tbody></table></div></section>

    """
  }

  /// Recordings that failed, and why.
  var failureSection: String {
    guard !failures.isEmpty else { return "" }
    let rows = failures.map { "<tr><th scope=\"row\">\(escaped($0.name))</th><td>\(escaped($0.text))</td></tr>" }
    return """
      <section><h2>Not annotated</h2>
      <div class="scroll"><table><tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div></section>

      """
  }

  var foot: String {
    """
    </main>
    <footer><p>Made by Mien. An expression is what a face shows in an image, not what a person feels.</p></footer>
    <script>\(Self.script)</script>
    </body>
    </html>

    """
  }
}

extension TimelineSegment {
  /// `happy`, or `uncertain: too small`.
  var name: String { expression ?? reason.map { "uncertain: \($0.words)" } ?? "uncertain" }

  /// For a pointer that rests on it.
  var sentence: String {
    "\(name), \(TimeAxis.clock(start, decimals: 1)) to \(TimeAxis.clock(end, decimals: 1)), \(percent(confidence))"
  }
}

extension TimelineTrack {
  /// The three longest segments.
  var longest: [TimelineSegment] {
    Array(segments.sorted { ($1.duration, $0.start) < ($0.duration, $1.start) }.prefix(3))
  }
}
