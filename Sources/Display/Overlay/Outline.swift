import Core

extension OverlayRenderer {
  /// A face's outline as four narrow patches: coloured on a dark rim, dashed where the box is held.
  func outline(_ box: Box, of face: FaceResult) -> [Patch] {
    let color = ChartPalette.color(of: face.expression, in: labels)
    let dashes = face.source == .held ? [metrics.outline * 4, metrics.outline * 3] : []
    return strips(of: box).map { strip in
      patch(strip) { canvas in
        canvas.stroke(box, ChartPalette.plate, width: metrics.outline * 2, opacity: 0.7, radius: radius, dashes: dashes)
        canvas.stroke(box, color, width: metrics.outline, radius: radius, dashes: dashes)
      }
    }.filter { !$0.pixels.isEmpty }
  }

  private var radius: Double { metrics.outline * 2 }

  /// Top, bottom, left and right; they meet without overlapping, on whole stored pixels.
  private func strips(of box: Box) -> [Box] {
    let reach = (metrics.outline + radius).rounded(.up)
    let (left, top) = (whole(box.x) - column(reach), box.y.rounded() - reach)
    let (right, bottom) = (whole(box.x + box.width) + column(reach), (box.y + box.height).rounded() + reach)
    let (wide, high) = (min(column(2 * reach), (right - left) / 2), min(2 * reach, (bottom - top) / 2))
    return [
      Box(x: left, y: top, width: right - left, height: high),
      Box(x: left, y: bottom - high, width: right - left, height: high),
      Box(x: left, y: top + high, width: wide, height: bottom - top - 2 * high),
      Box(x: right - wide, y: top + high, width: wide, height: bottom - top - 2 * high),
    ]
  }

  private func whole(_ x: Double) -> Double { (x / pixelAspect).rounded() * pixelAspect }

  private func column(_ width: Double) -> Double { (width / pixelAspect).rounded(.up) * pixelAspect }
}
