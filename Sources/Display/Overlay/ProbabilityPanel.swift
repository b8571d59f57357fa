import Core

/// Bars of all probabilities, a row a class.
struct ProbabilityPanel {
  private let face: FaceResult
  private let names: [TextMasks.Mask]
  private let nameWidth: Double
  private let renderer: OverlayRenderer
  private var metrics: OverlayMetrics { renderer.metrics }
  /// Square pixels.
  let width: Double
  let height: Double

  init(_ face: FaceResult, _ renderer: OverlayRenderer) {
    self.face = face
    self.renderer = renderer
    let metrics = renderer.metrics
    names = renderer.labels.names.map { renderer.masks.mask($0, .init(size: metrics.rowSize)) }
    nameWidth = names.map(\.width).max() ?? 0
    width = (4 * metrics.padding + nameWidth + metrics.barWidth + metrics.percentWidth).rounded(.up)
    height = metrics.rowHeight * Double(names.count) + metrics.padding
  }

  func draw(in box: Box, _ canvas: Canvas) {
    canvas.fill(box, ChartPalette.plate, opacity: ChartPalette.plateOpacity)
    for (row, probability) in face.probabilities.enumerated() {
      let y = box.y + metrics.padding / 2 + Double(row) * metrics.rowHeight
      draw(row, probability, at: Point(x: box.x + metrics.padding, y: y), canvas)
    }
  }

  private func draw(_ row: Int, _ probability: Double, at corner: Point, _ canvas: Canvas) {
    let name = renderer.labels.names[row]
    let isNamed = name == face.expression
    let textTop = corner.y + (metrics.rowHeight - names[row].height) / 2
    canvas.paint(names[row], at: Point(x: corner.x, y: textTop), isNamed ? ChartPalette.text : ChartPalette.quietText)
    let barX = corner.x + nameWidth + metrics.padding
    bar(Point(x: barX, y: corner.y), probability, ChartPalette.color(of: name, in: renderer.labels), canvas)
    let number = renderer.masks.mask(
      String(Int((probability * 100).rounded())), .init(size: metrics.rowSize, bold: isNamed))
    let right = barX + metrics.barWidth + metrics.padding + metrics.percentWidth
    canvas.paint(
      number, at: Point(x: right - number.width, y: textTop), isNamed ? ChartPalette.text : ChartPalette.quietText)
  }

  private func bar(_ corner: Point, _ probability: Double, _ color: RGB, _ canvas: Canvas) {
    let height = (metrics.rowHeight * 0.5).rounded()
    let y = (corner.y + (metrics.rowHeight - height) / 2).rounded()
    let whole = Box(x: corner.x, y: y, width: metrics.barWidth, height: height)
    canvas.fill(whole, ChartPalette.text, opacity: 0.14)
    canvas.fill(Box(x: whole.x, y: y, width: whole.width * min(max(probability, 0), 1), height: height), color)
  }
}
