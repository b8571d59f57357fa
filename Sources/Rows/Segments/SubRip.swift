extension SegmentFormat {
  /// SubRip subtitles: numbered cues, times with a comma.
  public static let srt = SegmentFormat(
    endings: [".srt"], summary: "SubRip subtitles",
    body: { document in
      let cues = document.timeline.cues.enumerated().map { number, cue in
        let times = "\(clock(cue.segment.start, mark: ",")) --> \(clock(cue.segment.end, mark: ","))"
        return "\(number + 1)\n\(times)\n\(oneLine(caption(cue.track, cue.segment)))\n"
      }
      return Array(cues.joined(separator: "\n").utf8)
    })
}
