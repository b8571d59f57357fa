/// Sizes of what is drawn on a frame, all from its shorter side, in square pixels.
struct OverlayMetrics {
  /// Font sizes. DejaVu's capitals are 0.73 of the size, so that 13 gives letters of 9 pixels and more.
  let labelSize: Double
  let rowSize: Double
  /// Height of one bar's row.
  let rowHeight: Double
  /// Between text and the edge of its plate.
  let padding: Double
  /// Width of a face's outline.
  let outline: Double
  /// Columns of a panel: bar and percentage.
  let barWidth: Double
  let percentWidth: Double

  static let smallestFont = 13.0
  /// By the width of its face.
  static let widestLabel = 3.2

  /// - Parameter textSize: asked for; nil: by `shortSide`.
  init(shortSide: Double, textSize: Double? = nil) {
    labelSize = textSize ?? max(Self.smallestFont, (shortSide / 42).rounded())
    rowSize = textSize.map { max(8, ($0 * 0.8).rounded()) } ?? max(Self.smallestFont, (shortSide / 52).rounded())
    rowHeight = (rowSize * 1.18).rounded()
    padding = max(3, (labelSize * 0.3).rounded())
    outline = max(1.5, shortSide / 360)
    barWidth = (rowSize * 4).rounded()
    percentWidth = (rowSize * 2).rounded()
  }
}
