import Foundation
import TestSupport
import Testing

@testable import Core
@testable import Display
@testable import Rows

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A made-up recording: `tracks` faces whose expressions change every few seconds.
func recording(seconds: Double, tracks: Int, rate: Double = 10) -> Timeline {
  var builder = TimelineBuilder(labels: people)
  var random = SplitMix(state: 7)
  var shown = [Int](repeating: 3, count: tracks)
  var levels = [Double](repeating: 0.8, count: tracks)
  for index in 0..<Int(seconds * rate) {
    let time = Double(index) / rate
    var faces: [FaceResult] = []
    for track in 0..<tracks where (time + Double(track) * 3).truncatingRemainder(dividingBy: 60) < 48 {
      if random.unit() < 0.02 { shown[track] = Int(random.unit() * 9) }
      levels[track] = min(max(levels[track] + (random.unit() - 0.5) * 0.08, 0.45), 0.97)
      let name = shown[track] < 8 ? people.names[shown[track]] : nil
      var result = face(track + 1, square(0, 0, 80), name, reason: name == nil ? .turned : nil)
      let top = name == nil ? 4 : shown[track]
      result.probabilities = people.names.indices.map { $0 == top ? levels[track] : (1 - levels[track]) / 7 }
      result.confidence = levels[track]
      faces.append(result)
    }
    builder.add(FrameResult(frame: index, time: time, faces: faces))
  }
  return builder.timeline()
}

/// Writes a file for people to look at where `MIEN_LOOK` names a folder.
func look(_ bytes: [UInt8], _ name: String) throws {
  guard let folder = ProcessInfo.processInfo.environment["MIEN_LOOK"] else { return }
  try Data(bytes).write(to: URL(fileURLWithPath: folder).appendingPathComponent(name))
}

@Suite struct TimelineChartTests {
  @Test(arguments: DrawingFormat.allCases)
  func sameBytesEveryTime(format: DrawingFormat) throws {
    let timeline = recording(seconds: 30, tracks: 2)
    let first = try TimelineChart(timeline, title: "a <clip> & more.mp4").bytes(as: format)
    #expect(try TimelineChart(timeline, title: "a <clip> & more.mp4").bytes(as: format) == first)
    #expect(first.count > 1000)
    try look(first, "chart.\(format)")
  }

  @Test(arguments: [(0.0, 0), (0.04, 1), (10, 3), (4000, 5), (36_000, 1), (120, 40), (20, 300)])
  func anyLengthAndNumber(seconds: Double, tracks: Int) throws {
    let timeline = recording(seconds: seconds, tracks: tracks, rate: seconds > 3000 ? 2 : 25)
    let png = try TimelineChart(timeline, title: "clip").bytes(as: .png)
    let size = pngSize(png)
    #expect(size.width >= 300 && size.height <= 32_000)
    #expect(try !TimelineChart(timeline, title: "clip").bytes(as: .pdf).isEmpty)
    try look(png, "chart-\(Int(seconds))-\(tracks).png")
  }

  private func pngSize(_ png: [UInt8]) -> (width: Int, height: Int) {
    func number(_ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    return (number(16), number(20))
  }

  @Test func vectorTextAndSegments() throws {
    let svg = String(
      decoding: try TimelineChart(recording(seconds: 30, tracks: 2), title: "clip").bytes(as: .svg), as: UTF8.self)
    #expect(svg.hasPrefix("<?xml") && svg.contains("<symbol") && !svg.contains("<image"))
    let document = try XMLDocument(xmlString: svg)
    #expect(document.rootElement()?.name == "svg")
    let pdf = try TimelineChart(recording(seconds: 30, tracks: 2), title: "clip").bytes(as: .pdf)
    let text = try textOfPDF(pdf)
    if let text { #expect(text.contains("face 2") && text.contains("surprise")) }
  }

  /// Nil where poppler's pdftotext is absent.
  private func textOfPDF(_ pdf: [UInt8]) throws -> String? {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("mien-\(UUID()).pdf")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(pdf).write(to: file)
    let text = try Tool.run("/usr/bin/env", ["pdftotext", file.path, "-"]).text
    if text.isEmpty { print("skipped: pdftotext is absent") }
    return text.isEmpty ? nil : text
  }

  @Test func formatByEnding() throws {
    #expect(try DrawingFormat(path: "a/b.SVG") == .svg)
    #expect(throws: DisplayError.unknownDrawingFormat(path: "b.gif", known: [".svg", ".png", ".pdf"])) {
      try DrawingFormat(path: "b.gif")
    }
  }

  @Test(arguments: [(0.0, 10.0, "0:05"), (0, 7200, "0:30:00"), (0, 0.3, "0:00.10"), (3600, 3700, "1:00:30")])
  func marksAreRound(start: Double, end: Double, contained: String) {
    let axis = TimeAxis(start: start, end: end, most: 14)
    #expect(axis.marks.count >= 2 && axis.marks.count <= 15)
    let names = axis.marks.map(axis.name)
    #expect(names.contains(contained) || names.contains(String(contained.dropFirst(2))))
  }
}

@Suite struct PaletteTests {
  /// Viénot, Brettel and Mollon's (1999) projections for protanopia and deuteranopia, in linear RGB.
  private static let simulations: [String: [[Double]]] = [
    "everybody": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deuteranopia": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
  ]

  @Test(arguments: ["everybody", "protanopia", "deuteranopia"])
  func coloursCanBeToldApart(eyes: String) {
    let colors = (people.names.map { ChartPalette.color(of: $0, in: people) }).map { lab($0, Self.simulations[eyes]!) }
    for (i, a) in colors.enumerated() {
      for (j, b) in colors.enumerated().dropFirst(i + 1) {
        let distance = sqrt(zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
        #expect(distance > 10, "\(people.names[i]) and \(people.names[j])")
      }
    }
  }

  @Test func inkReadsOnEveryColour() {
    for name in people.names.map(Optional.some) + [nil] {
      let color = ChartPalette.color(of: name, in: people)
      let (a, b) = (color.luminance, color.readableInk.luminance)
      #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) >= 4.5)
    }
  }

  /// CIELAB under D65 of a colour seen through `matrix`.
  private func lab(_ color: RGB, _ matrix: [[Double]]) -> [Double] {
    let linear = [color.red, color.green, color.blue].map {
      $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4)
    }
    let seen = matrix.map { row in min(max(zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 }, 0), 1) }
    let toXYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    let f = zip(toXYZ, [0.9505, 1, 1.089]).map { row, white in
      let t = zip(row, seen).reduce(0) { $0 + $1.0 * $1.1 } / white
      return t > 0.008856 ? cbrt(t) : 7.787 * t + 16 / 116
    }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }
}
