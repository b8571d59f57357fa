extension SegmentFormat {
  /// Praat's TextGrid (long text form): a tier of intervals for each face, empty ones where it is out of sight.
  public static let textGrid = SegmentFormat(
    endings: [".textgrid"], summary: "Praat TextGrid",
    body: { document in
      let timeline = document.timeline
      let end = max(timeline.end, timeline.tracks.flatMap(\.segments).map(\.end).max() ?? 0)
      let head = """
        File type = "ooTextFile"
        Object class = "TextGrid"

        xmin = 0
        xmax = \(decimalSeconds(end))
        tiers? <exists>
        size = \(timeline.tracks.count)
        item []:

        """
      let tiers = timeline.tracks.enumerated().map { tier($0.offset + 1, $0.element, end) }
      return Array((head + tiers.joined()).utf8)
    })

  private static func tier(_ number: Int, _ track: TimelineTrack, _ end: Double) -> String {
    let intervals = intervals(track, end)
    let head = """
          item [\(number)]:
              class = "IntervalTier"
              name = \(praat(track.tier))
              xmin = 0
              xmax = \(decimalSeconds(end))
              intervals: size = \(intervals.count)

      """
    return head
      + intervals.enumerated().map { place, interval in
        """
                intervals [\(place + 1)]:
                    xmin = \(decimalSeconds(interval.start))
                    xmax = \(decimalSeconds(interval.end))
                    text = \(praat(interval.text))

        """
      }.joined()
  }

  /// Without gaps from 0 to `end`.
  private static func intervals(
    _ track: TimelineTrack, _ end: Double
  ) -> [(start: Double, end: Double, text: String)] {
    var all: [(start: Double, end: Double, text: String)] = []
    var last = 0.0
    for segment in track.segments where segment.end > max(segment.start, last) {
      if segment.start > last { all.append((last, segment.start, "")) }
      all.append((max(segment.start, last), segment.end, segment.words))
      last = segment.end
    }
    if last < end { all.append((last, end, "")) }
    return all
  }

  private static func praat(_ text: String) -> String { "\"\(oneLine(text).replacing("\"", with: "\"\""))\"" }
}
