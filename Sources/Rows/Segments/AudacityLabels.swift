extension SegmentFormat {
  /// Audacity's labels: beginning and end in seconds and a text on each line, parted by tabs.
  public static let labels = SegmentFormat(
    endings: [".txt"], summary: "Audacity labels",
    body: { document in
      let lines = document.timeline.cues.map { track, segment in
        let text = oneLine(caption(track, segment)).replacing("\t", with: " ")
        return "\(decimalSeconds(segment.start))\t\(decimalSeconds(segment.end))\t\(text)\n"
      }
      return Array(lines.joined().utf8)
    })
}
