import Core

/// A turn, a scale and a shift.
public struct Similarity: Hashable, Sendable {
  /// Scale times cosine of the turn.
  public var cosine: Double
  /// Scale times sine of the turn; positive turns x towards y.
  public var sine: Double
  /// Where the origin goes.
  public var origin: Point

  /// The one that brings `from` nearest to `to`, in the sum of squared distances (Umeyama, 1991, without mirror images).
  public init<Points: Collection<Point>>(from: Points, to: Points) {
    precondition(from.count == to.count && !from.isEmpty)
    let (a, b) = (Similarity.mean(from), Similarity.mean(to))
    var (along, across, square) = (0.0, 0.0, 0.0)
    for (p, q) in zip(from, to) {
      let (px, py, qx, qy) = (p.x - a.x, p.y - a.y, q.x - b.x, q.y - b.y)
      along += px * qx + py * qy
      across += px * qy - py * qx
      square += px * px + py * py
    }
    (cosine, sine) = square > 0 ? (along / square, across / square) : (1, 0)
    origin = Point(x: b.x - cosine * a.x + sine * a.y, y: b.y - sine * a.x - cosine * a.y)
  }

  /// Where `point` goes.
  public func callAsFunction(_ point: Point) -> Point {
    Point(x: origin.x + cosine * point.x - sine * point.y, y: origin.y + sine * point.x + cosine * point.y)
  }

  /// How much longer lengths become.
  public var scale: Double { (cosine * cosine + sine * sine).squareRoot() }

  private static func mean(_ points: some Collection<Point>) -> Point {
    let count = Double(points.count)
    return Point(x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count)
  }
}

/// FER2013's framing: where the face is in a crop whose sides are 1, read off the mean of its training images.
public enum FaceFraming {
  /// Where the five points lie.
  public static let points = FacePoints { place in
    let (across, down) = ([0.313, 0.687, 0.5, 0.353, 0.647], [0.375, 0.375, 0.575, 0.785, 0.785])
    return Point(x: across[place], y: down[place])
  }
  /// The box from forehead to chin that detectors give.
  public static let box = Box(x: 0.09, y: -0.04, width: 0.82, height: 1.09)
}
