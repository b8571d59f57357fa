import Core

/// What the charts have in common: inks, and text placed by its edges.
struct ChartText {
  static let ink = RGB(0x1B1F24)
  static let quiet = RGB(0x57606A)
  static let rule = RGB(0xD0D7DE)
  let shaper = TextShaper()

  /// - Throws: `DisplayError.noFont`.
  init() throws(DisplayError) {
    guard shaper.hasFonts else { throw .noFont }
  }

  /// Which part of a line is at the point given.
  enum Anchor { case left, middle, right }

  /// Writes one line whose anchor and vertical middle are at (`x`, `y`).
  func write(
    _ text: String, _ anchor: Anchor = .left, x: Double, y: Double, size: Double = 13, bold: Bool = false,
    _ color: RGB = ink, on canvas: Canvas, within room: Double = .infinity
  ) {
    let style = TextShaper.Style(size: size, bold: bold)
    let line = room.isFinite ? shaper.shape(text, style, within: room) : shaper.shape(text, style)
    let width = min(line.width, room)
    let left = anchor == .left ? x : anchor == .middle ? x - width / 2 : x - width
    canvas.write(line, at: Point(x: left, y: y - line.height / 2), color)
  }

  /// Width of a line.
  func width(_ text: String, size: Double = 13, bold: Bool = false) -> Double {
    shaper.shape(text, .init(size: size, bold: bold)).width
  }
}
