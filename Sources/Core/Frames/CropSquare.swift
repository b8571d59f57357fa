/// A square of a frame, turned: what a crop shows. In square pixels.
public struct CropSquare: Hashable, Sendable {
  /// Where the crop's upper left corner is.
  public var corner: Point
  /// From there to the upper right one.
  public let across: Point

  /// A square by two of its corners.
  public init(corner: Point, across: Point) { (self.corner, self.across) = (corner, across) }

  /// The length of a side.
  public var side: Double { (across.x * across.x + across.y * across.y).squareRoot() }

  /// The place at (`u`, `v`) of the square, 0 to 1.
  public func point(_ u: Double, _ v: Double) -> Point {
    Point(x: corner.x + across.x * u - across.y * v, y: corner.y + across.y * u + across.x * v)
  }

  /// The upright box around it.
  public var bounds: Box {
    let corners = [point(0, 0), point(1, 0), point(0, 1), point(1, 1)]
    let (left, top) = (corners.map(\.x).min()!, corners.map(\.y).min()!)
    return Box(x: left, y: top, width: corners.map(\.x).max()! - left, height: corners.map(\.y).max()! - top)
  }
}
