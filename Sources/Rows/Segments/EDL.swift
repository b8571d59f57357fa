extension SegmentFormat {
  /// An edit decision list (CMX 3600) of markers, as DaVinci Resolve and others import them: an event of one frame for each
  /// segment, with its colour, text and length. No two stand at one frame, where a program would keep only one of them. Timecodes count without drops, in whole frames a second.
  public static let edl = SegmentFormat(
    endings: [".edl"], summary: "edit decision list of markers",
    body: { document in
      let rate = max(1, min(Int((document.timeline.frameRate ?? 25).rounded()), 120))
      let title = document.media.map(oneLine) ?? "Mien"
      var last = -1
      let events = document.timeline.cues.enumerated().map { number, cue in
        last = max(last + 1, frame(cue.segment.start, rate))
        return event(number + 1, at: last, cue.track, cue.segment, rate)
      }
      return Array(("TITLE: \(title)\nFCM: NON-DROP FRAME\n\n" + events.joined(separator: "\n")).utf8)
    })

  private static func frame(_ seconds: Double, _ rate: Int) -> Int { Int((max(0, seconds) * Double(rate)).rounded()) }

  private static func event(
    _ number: Int, at first: Int, _ track: TimelineTrack, _ segment: TimelineSegment, _ rate: Int
  ) -> String {
    let length = max(1, Int((segment.duration * Double(rate)).rounded()))
    let times = [first, first + 1, first, first + 1].map { timecode($0, rate) }.joined(separator: " ")
    let text = oneLine(caption(track, segment)).replacing("|", with: "/")
    return "\(zeros(number, 3))  001      V     C        \(times)\n |C:\(colour(segment)) |M:\(text) |D:\(length)\n"
  }

  private static func timecode(_ frame: Int, _ rate: Int) -> String {
    let seconds = frame / rate
    return [seconds / 3600, seconds / 60 % 60, seconds % 60, frame % rate].map { zeros($0, 2) }.joined(separator: ":")
  }

  /// The marker colours of that program which are nearest to Mien's.
  private static func colour(_ segment: TimelineSegment) -> String {
    let colours = [
      "angry": "Red", "disgust": "Green", "fear": "Purple", "happy": "Yellow", "sad": "Blue", "surprise": "Cyan",
      "neutral": "Cream", "contempt": "Pink",
    ]
    return "ResolveColor\(segment.expression.flatMap { colours[$0] } ?? "Sand")"
  }
}
