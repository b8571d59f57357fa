import Core
import Foundation

/// A confusion matrix as an image: a cell for each pair of classes, as dark as its part of the row.
public struct ConfusionChart {
  private let classes: [String]
  private let counts: [[Int]]
  private let title: String
  private let subtitle: String
  private let text: ChartText

  /// The matrix `counts` (rows are truth, columns answers) of `classes`.
  /// - Throws: `DisplayError.noFont`.
  public init(classes: [String], counts: [[Int]], title: String, subtitle: String) throws(DisplayError) {
    precondition(counts.count == classes.count && counts.allSatisfy { $0.count == classes.count })
    (self.classes, self.counts, self.title, self.subtitle) = (classes, counts, title, subtitle)
    text = try ChartText()
  }

  /// The chart as a file of `format`; the same bytes for the same matrix.
  public func bytes(as format: DrawingFormat) throws(DisplayError) -> [UInt8] {
    try Drawing(width: width, height: height, draw: draw).bytes(as: format)
  }

  private static let cell = 66.0
  private static let margin = 24.0
  private static let top = 118.0
  private static let totals = 74.0

  private var names: Double { min(max((classes.map { text.width($0) }.max() ?? 0) + 12, 70), 240) }
  private var left: Double { ConfusionChart.margin + names }
  private var side: Double { ConfusionChart.cell * Double(classes.count) }
  private var width: Double { left + side + ConfusionChart.totals + ConfusionChart.margin }
  private var height: Double { ConfusionChart.top + side + 40 }

  private func draw(_ canvas: Canvas) {
    canvas.fill(Box(x: 0, y: 0, width: width, height: height), RGB(0xFFFFFF))
    let room = width - 2 * ConfusionChart.margin
    text.write(title, x: ConfusionChart.margin, y: 28, size: 18, bold: true, on: canvas, within: room)
    text.write(subtitle, x: ConfusionChart.margin, y: 54, ChartText.quiet, on: canvas, within: room)
    headings(canvas)
    for row in classes.indices { draw(row, canvas) }
    canvas.stroke(
      Box(x: left, y: ConfusionChart.top, width: side, height: side), ChartText.quiet, width: 1)
    text.write(
      "percent of the row, and images", x: left, y: ConfusionChart.top + side + 18, size: 11, ChartText.quiet,
      on: canvas)
  }

  private func headings(_ canvas: Canvas) {
    let y = ConfusionChart.top - 14
    text.write("answer", .middle, x: left + side / 2, y: y - 22, bold: true, on: canvas)
    text.write("truth", .right, x: left - 10, y: y, bold: true, on: canvas)
    text.write(
      "images", .right, x: left + side + ConfusionChart.totals - 6, y: y, size: 12, ChartText.quiet, on: canvas)
    for (column, name) in classes.enumerated() {
      let x = left + ConfusionChart.cell * (Double(column) + 0.5)
      text.write(name, .middle, x: x, y: y, size: 12, on: canvas, within: ConfusionChart.cell - 4)
    }
  }

  private func draw(_ row: Int, _ canvas: Canvas) {
    let total = counts[row].reduce(0, +)
    let middle = ConfusionChart.top + ConfusionChart.cell * (Double(row) + 0.5)
    text.write(classes[row], .right, x: left - 10, y: middle, on: canvas, within: names - 12)
    text.write(
      "\(total)", .right, x: left + side + ConfusionChart.totals - 6, y: middle, size: 12, ChartText.quiet, on: canvas)
    for column in classes.indices { draw(row, column, of: total, canvas) }
  }

  private func draw(_ row: Int, _ column: Int, of total: Int, _ canvas: Canvas) {
    let side = ConfusionChart.cell
    let box = Box(
      x: left + side * Double(column), y: ConfusionChart.top + side * Double(row), width: side, height: side)
    let share = total == 0 ? 0 : Double(counts[row][column]) / Double(total)
    let color = ColorRamp.ink.color(share)
    canvas.fill(box, color)
    canvas.stroke(box, ChartText.rule, width: 0.5)
    guard total > 0 else {
      return text.write("–", .middle, x: box.center.x, y: box.center.y, ChartText.quiet, on: canvas)
    }
    let percent = String(format: "%.1f", 100 * share)
    text.write(
      percent, .middle, x: box.center.x, y: box.center.y - 8, size: 15, bold: row == column, color.readableInk,
      on: canvas)
    text.write(
      "\(counts[row][column])", .middle, x: box.center.x, y: box.center.y + 13, size: 10.5, color.readableInk,
      on: canvas)
  }
}
