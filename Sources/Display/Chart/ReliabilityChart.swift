import Core
import Foundation

/// A reliability diagram: how often answers are right, by how sure they are; below, how many answers are how sure.
public struct ReliabilityChart {
  /// One bin of answers, all numbers from 0 to 1.
  public struct Bin: Hashable, Sendable {
    let range: ClosedRange<Double>
    let part: Double
    let confidence: Double
    let accuracy: Double

    /// Answers with a probability in `range`: their part of all, their mean probability and how many are right.
    public init(_ range: ClosedRange<Double>, part: Double, confidence: Double, accuracy: Double) {
      (self.range, self.part, self.confidence, self.accuracy) = (range, part, confidence, accuracy)
    }
  }

  private let bins: [Bin]
  private let title: String
  private let subtitle: String
  private let text: ChartText

  /// A diagram of `bins`.
  /// - Throws: `DisplayError.noFont`.
  public init(_ bins: [Bin], title: String, subtitle: String) throws(DisplayError) {
    (self.bins, self.title, self.subtitle) = (bins, title, subtitle)
    text = try ChartText()
  }

  /// The diagram as a file of `format`; the same bytes for the same bins.
  public func bytes(as format: DrawingFormat) throws(DisplayError) -> [UInt8] {
    try Drawing(width: 520, height: 660, draw: draw).bytes(as: format)
  }

  private static let plot = Box(x: 70, y: 84, width: 420, height: 380)
  private static let histogram = Box(x: 70, y: 500, width: 420, height: 90)
  private static let bar = RGB(0x2171B5)
  private static let gap = RGB(0xF2B5A0)

  private func draw(_ canvas: Canvas) {
    canvas.fill(Box(x: 0, y: 0, width: 520, height: 660), RGB(0xFFFFFF))
    text.write(title, x: 24, y: 26, size: 18, bold: true, on: canvas, within: 472)
    text.write(subtitle, x: 24, y: 52, ChartText.quiet, on: canvas, within: 472)
    grid(canvas)
    for bin in bins where bin.part > 0 { draw(bin, canvas) }
    let plot = ReliabilityChart.plot
    canvas.line(
      [Point(x: plot.x, y: plot.y + plot.height), Point(x: plot.x + plot.width, y: plot.y)], ChartText.ink, width: 1.5,
      dashes: [6, 4])
    canvas.stroke(plot, ChartText.quiet, width: 1)
    canvas.stroke(ReliabilityChart.histogram, ChartText.quiet, width: 1)
    captions(canvas)
  }

  private func x(_ share: Double) -> Double { ReliabilityChart.plot.x + ReliabilityChart.plot.width * share }
  private func y(_ share: Double) -> Double {
    ReliabilityChart.plot.y + ReliabilityChart.plot.height * (1 - share)
  }

  private func grid(_ canvas: Canvas) {
    let (plot, histogram) = (ReliabilityChart.plot, ReliabilityChart.histogram)
    for step in stride(from: 0.0, through: 1, by: 0.2) {
      canvas.line([Point(x: plot.x, y: y(step)), Point(x: x(1), y: y(step))], ChartText.rule, width: 0.75)
      text.write(percent(step), .right, x: plot.x - 8, y: y(step), size: 12, ChartText.quiet, on: canvas)
      text.write(
        percent(step), .middle, x: x(step), y: histogram.y + histogram.height + 14, size: 12, ChartText.quiet,
        on: canvas)
    }
  }

  private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }

  /// A solid bar up to the accuracy; a light one, dashed at its edge, from there to the confidence.
  private func draw(_ bin: Bin, _ canvas: Canvas) {
    let (left, width) = (x(bin.range.lowerBound) + 1, x(bin.range.upperBound) - x(bin.range.lowerBound) - 2)
    let accuracy = y(bin.accuracy)
    canvas.fill(Box(x: left, y: accuracy, width: width, height: y(0) - accuracy), ReliabilityChart.bar)
    let ends = [accuracy, y(bin.confidence)].sorted()
    let gap = Box(x: left, y: ends[0], width: width, height: ends[1] - ends[0])
    canvas.fill(gap, ReliabilityChart.gap, opacity: 0.75)
    canvas.stroke(gap, ChartText.ink, width: 0.75, dashes: [3, 2])
    let histogram = ReliabilityChart.histogram
    let most = bins.map(\.part).max() ?? 1
    let height = (histogram.height - 14) * bin.part / most
    canvas.fill(
      Box(x: left, y: histogram.y + histogram.height - height, width: width, height: height), ChartText.quiet)
    if bin.part == most {
      text.write(
        percent(most), .middle, x: min(left + width / 2, x(1) - 16), y: histogram.y + 7, size: 10.5, ChartText.quiet,
        on: canvas)
    }
  }

  private func captions(_ canvas: Canvas) {
    let plot = ReliabilityChart.plot
    text.write("right answers", x: plot.x, y: plot.y - 12, size: 12, bold: true, on: canvas)
    text.write("answers", x: plot.x, y: ReliabilityChart.histogram.y - 12, size: 12, bold: true, on: canvas)
    text.write("probability of the answer", .middle, x: x(0.5), y: 624, bold: true, on: canvas)
    canvas.fill(Box(x: 330, y: plot.y - 18, width: 12, height: 12), ReliabilityChart.bar)
    text.write("accuracy", x: 346, y: plot.y - 12, size: 12, on: canvas)
    canvas.fill(Box(x: 420, y: plot.y - 18, width: 12, height: 12), ReliabilityChart.gap)
    canvas.stroke(Box(x: 420, y: plot.y - 18, width: 12, height: 12), ChartText.ink, width: 0.75, dashes: [3, 2])
    text.write("gap", x: 436, y: plot.y - 12, size: 12, on: canvas)
  }
}
