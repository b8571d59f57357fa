import Core

/// Lines of text on a dark plate for the window: figures, keys, messages. Rendered again only when they change.
final class StatusOverlay {
  private let shaper = TextShaper()
  private var lines: [String] = []
  private var shown: Patch?

  /// The plate with `lines` (a tab parts two columns), in letters of `size` pixels; nil without lines.
  func patch(_ lines: [String], size: Double) -> Patch? {
    guard lines != self.lines else { return shown }
    self.lines = lines
    shown = lines.isEmpty ? nil : render(lines, size: size)
    return shown
  }

  private func render(_ lines: [String], size: Double) -> Patch {
    let cells = lines.map { line in line.split(separator: "\t").map { shaper.shape(String($0), .init(size: size)) } }
    let column = cells.filter { $0.count > 1 }.map { $0[0].width }.max().map { $0 + size } ?? 0
    let width = cells.map { ($0.count > 1 ? column : 0) + ($0.last?.width ?? 0) }.max()! + size
    let height = cells.reduce(0) { $0 + ($1.first?.height ?? size) } + size * 0.6
    let rect = PixelRect(x: 0, y: 0, width: Int(width.rounded(.up)), height: Int(height.rounded(.up)))
    return .drawn(rect, pixelAspect: 1) { canvas in
      let whole = Box(x: 0, y: 0, width: width, height: height)
      canvas.fill(whole, ChartPalette.plate, opacity: ChartPalette.plateOpacity, radius: size * 0.3)
      var y = size * 0.3
      for line in cells {
        for (place, cell) in line.enumerated() {
          let x = size * 0.5 + (place > 0 ? column : 0)
          canvas.write(
            cell, at: Point(x: x, y: y), line.count > 1 && place == 0 ? ChartPalette.quietText : ChartPalette.text)
        }
        y += line.first?.height ?? size
      }
    }
  }
}
