import Core

/// The five points of a face that detectors mark: right eye, left eye, nose, right and left corner of the mouth (the person's right
/// and left). A value of fixed size: faces come with every image, and a list would be allocated for each.
public struct FacePoints: Hashable, Sendable, RandomAccessCollection {
  /// Of the right eye.
  public var rightEye: Point
  /// Of the left eye.
  public var leftEye: Point
  /// The nose's tip.
  public var nose: Point
  /// The mouth's right corner.
  public var rightMouth: Point
  /// The mouth's left corner.
  public var leftMouth: Point

  /// Made from `point` of 0 to 4, in their order.
  public init(_ point: (Int) -> Point) {
    (rightEye, leftEye, nose) = (point(0), point(1), point(2))
    (rightMouth, leftMouth) = (point(3), point(4))
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { 5 }
  public subscript(place: Int) -> Point {
    switch place {
    case 0: rightEye
    case 1: leftEye
    case 2: nose
    case 3: rightMouth
    default: leftMouth
    }
  }

  /// Each point where `change` puts it.
  public func moved(_ change: (Point) -> Point) -> FacePoints { FacePoints { change(self[$0]) } }

  /// How far along from the right eye to the left one the nose stands: 0.5 midway, 0 also where the eyes are one.
  public var noseBetweenEyes: Double {
    let (dx, dy) = (leftEye.x - rightEye.x, leftEye.y - rightEye.y)
    let length = dx * dx + dy * dy
    return length > 0 ? ((nose.x - rightEye.x) * dx + (nose.y - rightEye.y) * dy) / length : 0
  }

  /// Of the face in a mirror: what was right is called left.
  public var swapped: FacePoints {
    FacePoints { self[$0 < 2 ? 1 - $0 : $0 > 2 ? 7 - $0 : 2] }
  }
}
