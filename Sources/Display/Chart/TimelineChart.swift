import Core
import Rows

/// An image of a recording: for each track a band of expression segments and, below, the probabilities over time.
public struct TimelineChart {
  /// Tracks beyond these get a band only, and beyond those a line that counts them.
  static let mostCurves = 24
  static let mostTracks = 200
  private let timeline: Timeline
  private let title: String
  private let shaper = TextShaper()
  private let tracks: [TimelineTrack]
  private let hasCurves: Bool
  private let names: [String: String]

  /// A chart of `timeline` under `title`.
  /// - Throws: `DisplayError.noFont`.
  public init(_ timeline: Timeline, title: String) throws(DisplayError) {
    guard shaper.hasFonts else { throw .noFont }
    self.timeline = timeline
    self.title = title
    hasCurves = timeline.tracks.count <= Self.mostCurves
    tracks = Self.longest(timeline.tracks)
    names = shortNames(timeline.recordings)
  }

  /// The chart as a file of `format`; the same bytes for the same timeline.
  public func bytes(as format: DrawingFormat) throws(DisplayError) -> [UInt8] {
    try Drawing(width: Layout.width, height: height, draw: draw).bytes(as: format)
  }

  private static func longest(_ tracks: [TimelineTrack]) -> [TimelineTrack] {
    guard tracks.count > mostTracks else { return tracks }
    let shortest = tracks.map(\.duration).sorted(by: >)[mostTracks - 1]
    return Array(tracks.filter { $0.duration >= shortest }.prefix(mostTracks))
  }
}

/// Where things are, in units; a PNG has two pixels for each.
private enum Layout {
  static let width = 1200.0
  static let margin = 28.0
  static let nameWidth = 110.0
  static let top = 86.0
  static let band = 24.0
  static let curve = 56.0
  static let gap = 16.0
  static let heading = 24.0
  static let axis = 34.0
  static let legend = 34.0
  static let ink = RGB(0x1B1F24)
  static let quiet = RGB(0x57606A)
  static let rule = RGB(0xD0D7DE)
  static var plot: ClosedRange<Double> { margin + nameWidth...width - margin }
}

extension TimelineChart {
  private var rowHeight: Double { Layout.band + (hasCurves && !timeline.isOfStills ? Layout.curve : 0) + Layout.gap }
  private var rowsBottom: Double { tracks.isEmpty ? Layout.top + rowHeight : top(of: tracks.count) }
  /// The first tracks of recordings, whose names stand above them.
  private var firsts: [Int] {
    tracks.indices.filter { tracks[$0].input != nil && ($0 == 0 || tracks[$0 - 1].input != tracks[$0].input) }
  }
  private var height: Double { rowsBottom + Layout.axis + Layout.legend + Layout.margin }

  /// Where the row of a track begins, below its recording's name.
  private func top(of index: Int) -> Double {
    let headings = firsts.filter { $0 <= index }.count
    return Layout.top + rowHeight * Double(index) + Layout.heading * Double(headings)
  }

  private func x(_ time: Double) -> Double {
    let share = (time - timeline.start) / max(timeline.span, 1e-6)
    return Layout.plot.lowerBound + min(max(share, 0), 1) * (Layout.plot.upperBound - Layout.plot.lowerBound)
  }

  private func draw(_ canvas: Canvas) {
    canvas.fill(Box(x: 0, y: 0, width: Layout.width, height: height), RGB(0xFFFFFF))
    heading(canvas)
    axis(canvas)
    for index in firsts { recording(tracks[index], below: top(of: index) - Layout.heading, canvas) }
    for (index, track) in tracks.enumerated() { row(track, top: top(of: index), canvas) }
    if tracks.isEmpty { write("no face was found", at: Layout.plot.lowerBound, Layout.top + 8, Layout.quiet, canvas) }
    legend(canvas)
  }

  private func heading(_ canvas: Canvas) {
    let room = Layout.width - 2 * Layout.margin
    let heading = shaper.shape(title, .init(size: 20, bold: true), within: room)
    canvas.write(heading, at: Point(x: Layout.margin, y: 20), Layout.ink)
    write(subtitle, at: Layout.margin, 48, Layout.quiet, canvas)
  }

  private var subtitle: String {
    let count = timeline.tracks.count
    let left = count - tracks.count
    let length = TimeAxis.clock(timeline.duration, decimals: 1) + (timeline.recordings.count > 1 ? " in all" : "")
    let extent =
      timeline.isOfStills ? counted(timeline.frames, "image") : "\(length), \(counted(timeline.frames, "frame"))"
    let base = "\(extent), \(counted(count, "face"))"
    return left == 0 ? base : base + " (\(left) short ones not shown)"
  }

  private func recording(_ track: TimelineTrack, below top: Double, _ canvas: Canvas) {
    let name = track.input.map { names[$0] ?? $0 } ?? ""
    let line = shaper.shape(name, .init(size: 13), within: Layout.width - 2 * Layout.margin)
    canvas.fill(Box(x: Layout.margin, y: top, width: line.width + 8, height: Layout.heading - 4), RGB(0xFFFFFF))
    canvas.write(line, at: Point(x: Layout.margin, y: top), Layout.quiet)
  }

  private func axis(_ canvas: Canvas) {
    guard !timeline.isOfStills else { return }
    let axis = TimeAxis(start: timeline.start, end: timeline.end, most: 14)
    for mark in axis.marks {
      let at = x(mark)
      canvas.line([Point(x: at, y: Layout.top - 6), Point(x: at, y: rowsBottom)], Layout.rule, width: 1)
      let name = shaper.shape(axis.name(mark), .init(size: 12))
      canvas.write(
        name, at: Point(x: min(at - name.width / 2, Layout.width - name.width - 2), y: rowsBottom + 6), Layout.quiet)
    }
  }

  private func row(_ track: TimelineTrack, top: Double, _ canvas: Canvas) {
    let name = shaper.shape("face \(track.track)", .init(size: 14, bold: true), within: Layout.nameWidth - 12)
    canvas.write(name, at: Point(x: Layout.margin, y: top + (Layout.band - name.height) / 2), Layout.ink)
    for segment in track.segments { band(segment, top: top, canvas) }
    guard hasCurves, !timeline.isOfStills else { return }
    write(TimeAxis.clock(track.duration, decimals: 1), at: Layout.margin, top + Layout.band + 6, Layout.quiet, canvas)
    curves(track, top: top + Layout.band + 4, bottom: top + Layout.band + Layout.curve, canvas)
  }

  private func band(_ segment: TimelineSegment, top: Double, _ canvas: Canvas) {
    let (left, end) = (x(segment.start), x(segment.end))
    // An image among recordings has no length, but something to say.
    let right = segment.duration < 0.05 ? max(end, min(left + 70, Layout.plot.upperBound)) : end
    let box = Box(x: left, y: top, width: max(right - left, 0.5), height: Layout.band)
    let color = ChartPalette.color(of: segment.expression, in: timeline.labels)
    canvas.fill(box, color)
    if box.width > 3 { canvas.stroke(box, RGB(0xFFFFFF), width: 1) }
    guard box.width > 24 else { return }
    let name = shaper.shape(segment.expression ?? "uncertain", .init(size: 12))
    guard name.width + 8 <= box.width else { return }
    canvas.write(name, at: Point(x: left + 4, y: top + (Layout.band - name.height) / 2), color.readableInk)
  }

  /// One line a class that ever matters; lines break where the face is out of sight.
  private func curves(_ track: TimelineTrack, top: Double, bottom: Double, _ canvas: Canvas) {
    canvas.line(
      [Point(x: Layout.plot.lowerBound, y: bottom), Point(x: Layout.plot.upperBound, y: bottom)], Layout.rule, width: 1)
    scale(top: top, bottom: bottom, canvas)
    for run in track.unbrokenSamples {
      for (index, name) in timeline.labels.names.enumerated() where track.matters(index) {
        let points = run.map { sample in
          Point(x: x(sample.time + sample.duration / 2), y: bottom - (bottom - top) * sample.probabilities[index])
        }
        let color = ChartPalette.color(of: name, in: timeline.labels)
        canvas.polygon(
          [Point(x: points[0].x, y: bottom)] + points + [Point(x: points.last!.x, y: bottom)], color, opacity: 0.12)
        canvas.line(points, Layout.ink, width: 2, opacity: 0.35)
        canvas.line(points, color, width: 1.4)
      }
    }
  }

  private func scale(top: Double, bottom: Double, _ canvas: Canvas) {
    for (text, y) in [("100 %", top), ("0", bottom - 12)] {
      let mark = shaper.shape(text, .init(size: 10))
      canvas.write(mark, at: Point(x: Layout.plot.lowerBound - mark.width - 6, y: y), Layout.quiet)
    }
  }

  private func legend(_ canvas: Canvas) {
    let entries: [String?] = timeline.labels.names + [nil]
    var left = Layout.plot.lowerBound
    let top = rowsBottom + Layout.axis
    for entry in entries {
      let swatch = Box(x: left, y: top + 2, width: 13, height: 13)
      canvas.fill(swatch, ChartPalette.color(of: entry, in: timeline.labels), radius: 2)
      canvas.stroke(swatch, Layout.quiet, width: 0.75, radius: 2)
      let name = shaper.shape(entry ?? "uncertain", .init(size: 13))
      canvas.write(name, at: Point(x: left + 19, y: top), Layout.ink)
      left += 19 + name.width + 18
    }
  }

  private func write(_ text: String, at x: Double, _ y: Double, _ color: RGB, _ canvas: Canvas) {
    canvas.write(shaper.shape(text, .init(size: 13)), at: Point(x: x, y: y), color)
  }
}

extension TimelineTrack {
  /// Whether a class ever reaches a fifth.
  func matters(_ index: Int) -> Bool { samples.contains { $0.probabilities[index] >= 0.2 } }

  /// Samples in runs without a gap.
  var unbrokenSamples: [ArraySlice<TimelineSample>] {
    var runs: [ArraySlice<TimelineSample>] = []
    var start = 0
    for index in samples.indices.dropFirst() {
      let isApart = samples[index].time - samples[index - 1].time > max(2.5 * samples[index].duration, 1)
      if isApart {
        runs.append(samples[start..<index])
        start = index
      }
    }
    return samples.isEmpty ? [] : runs + [samples[start...]]
  }
}
