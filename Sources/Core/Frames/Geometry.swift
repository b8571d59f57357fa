/// A point in pixels: x to the right, y down, origin at the outer corner of the top left pixel.
public struct Point: Hashable, Sendable, Codable {
  /// To the right.
  public var x: Double
  /// Down.
  public var y: Double

  /// A point at (`x`, `y`).
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// An upright rectangle in pixels of the frame as displayed (after rotation, in its stored pixel grid).
public struct Box: Hashable, Sendable, Codable {
  /// Left edge.
  public var x: Double
  /// Top edge.
  public var y: Double
  /// Extent to the right.
  public var width: Double
  /// Extent downward.
  public var height: Double

  /// A box from its top left corner.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The middle.
  public var center: Point { Point(x: x + width / 2, y: y + height / 2) }
  /// Width times height.
  public var area: Double { width * height }

  /// Intersection over union with `other`; 0 when they do not meet.
  public func overlap(_ other: Box) -> Double {
    let w = min(x + width, other.x + other.width) - max(x, other.x)
    let h = min(y + height, other.y + other.height) - max(y, other.y)
    guard w > 0, h > 0 else { return 0 }
    return w * h / (area + other.area - w * h)
  }
}
