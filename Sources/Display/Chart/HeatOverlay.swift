import Core

/// A heat map over a square grey image, readable in grey as well: colours whose luminance rises, and a line around the half.
public struct HeatOverlay: Sendable {
  /// Cells on a side.
  static let grid = 96
  private let values: [Float]
  private let region: Box

  /// `values` from 0 to 1, `HeatOverlay.side` rows of as many, over `region`: parts of the image's sides, 0 to 1.
  public init(_ values: [Float], over region: Box) {
    precondition(values.count == HeatOverlay.grid * HeatOverlay.grid)
    (self.values, self.region) = (values, region)
  }

  /// Rows and columns of the values.
  public static var side: Int { grid }

  /// Draws it over the image that fills `image`.
  func draw(over image: Box, _ canvas: Canvas, opacity: ClosedRange<Double> = 0.1...0.7, line: Double = 1.2) {
    let box = Box(
      x: image.x + region.x * image.width, y: image.y + region.y * image.height,
      width: region.width * image.width, height: region.height * image.height)
    let side = HeatOverlay.grid
    canvas.paint(
      CanvasImage(values: values, width: side, height: side, .heat, opacity: opacity), in: box)
    for segment in contour(at: 0.5) {
      let points = segment.map { Point(x: box.x + $0.x * box.width, y: box.y + $0.y * box.height) }
      canvas.line(points, RGB(0xFFFFFF), width: line * 2.2, opacity: 0.8)
    }
    for segment in contour(at: 0.5) {
      let points = segment.map { Point(x: box.x + $0.x * box.width, y: box.y + $0.y * box.height) }
      canvas.line(points, RGB(0x000000), width: line)
    }
  }

  /// Marching squares (Lorensen and Cline, 1987, in two dimensions): pieces of the line where the values pass `level`.
  func contour(at level: Float) -> [[Point]] {
    let side = HeatOverlay.grid
    var pieces: [[Point]] = []
    for row in 0..<side - 1 {
      for column in 0..<side - 1 {
        let ends = crossings(row, column, level)
        for pair in stride(from: 0, to: ends.count - 1, by: 2) { pieces.append([ends[pair], ends[pair + 1]]) }
      }
    }
    return pieces
  }

  /// Where the edges of the square between four cells are crossed, in turn.
  private func crossings(_ row: Int, _ column: Int, _ level: Float) -> [Point] {
    let side = HeatOverlay.grid
    let corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
    let heights = corners.map { values[$0.0 * side + $0.1] - level }
    return (0..<4).compactMap { place in
      let next = (place + 1) % 4
      guard (heights[place] < 0) != (heights[next] < 0) else { return nil }
      let share = Double(heights[place] / (heights[place] - heights[next]))
      let (a, b) = (corners[place], corners[next])
      return Point(
        x: (Double(a.1) + Double(b.1 - a.1) * share + 0.5) / Double(side),
        y: (Double(a.0) + Double(b.0 - a.0) * share + 0.5) / Double(side))
    }
  }

  /// As a patch over `square` of a frame whose pixels are `pixelAspect` times as wide as high.
  public func patch(_ square: CropSquare, pixelAspect: Double) -> Patch {
    .drawn(.around(square.bounds, pixelAspect: pixelAspect), pixelAspect: pixelAspect) { canvas in
      canvas.inside(square) {
        let box = Box(x: 0, y: 0, width: square.side, height: square.side)
        draw(over: box, canvas, opacity: 0...0.6, line: max(1, box.width / 160))
      }
    }
  }
}

extension PixelRect {
  /// The whole pixels that hold `box`, which is in square pixels.
  fileprivate static func around(_ box: Box, pixelAspect: Double) -> PixelRect {
    let (left, top) = ((box.x / pixelAspect).rounded(.down), box.y.rounded(.down))
    let (right, bottom) = (((box.x + box.width) / pixelAspect).rounded(.up), (box.y + box.height).rounded(.up))
    return PixelRect(x: Int(left), y: Int(top), width: max(Int(right - left), 1), height: max(Int(bottom - top), 1))
  }
}
