import Core
import Foundation

/// Heat maps side by side: a row a network, a column a class, the image itself first.
public struct HeatSheet {
  /// One class of one network.
  public struct Cell: Sendable {
    let name: String
    let probability: Double
    let heat: HeatOverlay

    /// A map of class `name`, which the network gives `probability`.
    public init(_ name: String, probability: Double, heat: HeatOverlay) {
      (self.name, self.probability, self.heat) = (name, probability, heat)
    }
  }

  /// One network.
  public struct Row: Sendable {
    let name: String
    let detail: String
    let image: [UInt8]
    let side: Int
    let cells: [Cell]

    /// What network `name` says of the square grey `image` of `side` pixels a side.
    public init(_ name: String, detail: String, image: [UInt8], side: Int, cells: [Cell]) {
      precondition(image.count == side * side && !cells.isEmpty)
      (self.name, self.detail, self.image, self.side, self.cells) = (name, detail, image, side, cells)
    }
  }

  private let rows: [Row]
  private let title: String
  private let subtitle: String
  private let text: ChartText

  /// A sheet of `rows`.
  /// - Throws: `DisplayError.noFont`.
  public init(_ rows: [Row], title: String, subtitle: String) throws(DisplayError) {
    (self.rows, self.title, self.subtitle) = (rows, title, subtitle)
    text = try ChartText()
  }

  /// The sheet as a file of `format`; the same bytes for the same rows.
  public func bytes(as format: DrawingFormat) throws(DisplayError) -> [UInt8] {
    try Drawing(width: width, height: height, draw: draw).bytes(as: format)
  }

  private static let (side, gap, margin, top, band) = (132.0, 10.0, 24.0, 76.0, 26.0)

  private var columns: Int { 1 + (rows.map(\.cells.count).max() ?? 0) }
  private var rowHeight: Double { HeatSheet.side + 2 * HeatSheet.band + HeatSheet.gap }
  private var width: Double {
    max(2 * HeatSheet.margin + Double(columns) * (HeatSheet.side + HeatSheet.gap) - HeatSheet.gap, 420)
  }
  private var height: Double { HeatSheet.top + Double(rows.count) * rowHeight + HeatSheet.band + 16 }

  private func draw(_ canvas: Canvas) {
    canvas.fill(Box(x: 0, y: 0, width: width, height: height), RGB(0xFFFFFF))
    let room = width - 2 * HeatSheet.margin
    text.write(title, x: HeatSheet.margin, y: 26, size: 18, bold: true, on: canvas, within: room)
    text.write(subtitle, x: HeatSheet.margin, y: 52, ChartText.quiet, on: canvas, within: room)
    for (place, row) in rows.enumerated() { draw(row, top: HeatSheet.top + Double(place) * rowHeight, canvas) }
    scale(canvas)
  }

  private func draw(_ row: Row, top: Double, _ canvas: Canvas) {
    let middle = top + HeatSheet.band / 2
    text.write(row.name, x: HeatSheet.margin, y: middle, size: 14, bold: true, on: canvas)
    let after = HeatSheet.margin + text.width(row.name, size: 14, bold: true) + 10
    text.write(row.detail, x: after, y: middle, size: 12, ChartText.quiet, on: canvas, within: width - after - 24)
    let image = CanvasImage(grey: row.image, width: row.side, height: row.side)
    let most = row.cells.map(\.probability).max()
    canvas.paint(image, in: box(0, top))
    caption("what it sees", "", isBold: false, box(0, top), canvas)
    for (place, cell) in row.cells.enumerated() {
      let box = box(place + 1, top)
      canvas.paint(image, in: box)
      cell.heat.draw(over: box, canvas)
      caption(
        cell.name, String(format: "%.1f %%", 100 * cell.probability), isBold: cell.probability == most, box, canvas)
    }
  }

  private func box(_ column: Int, _ top: Double) -> Box {
    Box(
      x: HeatSheet.margin + Double(column) * (HeatSheet.side + HeatSheet.gap), y: top + HeatSheet.band,
      width: HeatSheet.side, height: HeatSheet.side)
  }

  private func caption(_ name: String, _ share: String, isBold: Bool, _ box: Box, _ canvas: Canvas) {
    let y = box.y + box.height + HeatSheet.band / 2
    if isBold { canvas.stroke(box, ChartText.ink, width: 2.5) }
    text.write(name, x: box.x, y: y, size: 12, bold: isBold, on: canvas, within: 84)
    text.write(share, .right, x: box.x + box.width, y: y, size: 12, bold: isBold, on: canvas)
  }

  /// What colours and lines mean.
  private func scale(_ canvas: Canvas) {
    let box = Box(x: HeatSheet.margin + 34, y: height - 30, width: 130, height: 12)
    canvas.paint(
      CanvasImage(values: (0..<64).map { Float($0) / 63 }, width: 64, height: 1, .heat, opacity: 1...1), in: box)
    canvas.stroke(box, ChartText.quiet, width: 0.75)
    text.write("none", .right, x: box.x - 6, y: box.center.y, size: 11, ChartText.quiet, on: canvas)
    text.write(
      "most of its map; the line is at half of that", x: box.x + box.width + 6, y: box.center.y, size: 11,
      ChartText.quiet, on: canvas)
  }
}
