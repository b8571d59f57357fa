import Core

/// One of the grids of cells in which a face detection network answers.
///
/// A cell's 15 numbers: the logit of a face; its middle (across, down) from the middle of the cell in units; the logarithms of its width and
/// height in units; its five points from the middle of the cell in units.
public struct DetectionLevel: Hashable, Sendable {
  /// The network's head.
  public let head: String
  /// Pixels from one cell to the next.
  public let stride: Int
  /// Pixels of a unit.
  public let unit: Double
  /// Sides (roots of areas) of the faces that it is taught to find, pixels.
  public let sides: ClosedRange<Double>

  /// Numbers of a cell.
  public static let outputs = 15

  /// The levels of `faceDetectionNetwork`, the finest first.
  public static let all = [
    DetectionLevel(head: "level8", stride: 8, unit: 32, sides: 18...54),
    DetectionLevel(head: "level16", stride: 16, unit: 64, sides: 44...120),
  ]

  /// The middle of a cell.
  public func middle(column: Int, row: Int) -> Point {
    Point(x: (Double(column) + 0.5) * Double(stride), y: (Double(row) + 0.5) * Double(stride))
  }

  /// The place that two numbers of a cell with `middle` mean.
  func point(_ middle: Point, _ across: Float, _ down: Float) -> Point {
    Point(x: middle.x + Double(across) * unit, y: middle.y + Double(down) * unit)
  }
}
