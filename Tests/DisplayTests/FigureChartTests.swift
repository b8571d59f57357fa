import Testing

@testable import Display

@Suite struct FigureChartTests {
  private let classes = ["angry", "a class with a very long name indeed", "<&>"]

  private func confusion() throws -> ConfusionChart {
    try ConfusionChart(
      classes: classes, counts: [[90, 10, 0], [33, 33, 34], [0, 0, 0]], title: "model on data", subtitle: "123 of 200")
  }

  private func reliability() throws -> ReliabilityChart {
    let bins = (0..<15).map { bin in
      let (low, high) = (Double(bin) / 15, Double(bin + 1) / 15)
      return ReliabilityChart.Bin(
        low...high, part: bin < 3 ? 0 : 1.0 / 12, confidence: (low + high) / 2, accuracy: low * low)
    }
    return try ReliabilityChart(bins, title: "model on data", subtitle: "ECE 0.1")
  }

  @Test(arguments: DrawingFormat.allCases)
  func sameBytesEveryTime(format: DrawingFormat) throws {
    let frames = try [confusion().bytes(as: format), reliability().bytes(as: format)]
    #expect(try frames == [confusion().bytes(as: format), reliability().bytes(as: format)])
    try look(frames[0], "confusion.\(format)")
    try look(frames[1], "reliability.\(format)")
  }

  @Test func textIsVector() throws {
    for bytes in try [confusion().bytes(as: .svg), reliability().bytes(as: .svg)] {
      let svg = String(decoding: bytes, as: UTF8.self)
      #expect(svg.contains("<symbol") && !svg.contains("<image"))
    }
  }

  /// In a grey print darker still means more, and lighter hotter.
  @Test(arguments: [(ColorRamp.ink, -1.0), (.heat, 1.0)])
  func rampsAreMonotoneInGrey(ramp: ColorRamp, sign: Double) {
    let luminances = (0...50).map { sign * ramp.color(Double($0) / 50).luminance }
    #expect(zip(luminances, luminances.dropFirst()).allSatisfy { $0 < $1 })
  }
}
