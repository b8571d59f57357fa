/// A face found in one picture.
public struct Detection: Hashable, Sendable {
  /// Where.
  public var box: Box
  /// How sure, 0 to 1.
  public var score: Double
  /// Right eye, left eye, nose, right and left corner of the mouth (the person's right and left); empty without landmarks.
  public var landmarks: [Point]

  /// A face at `box`.
  public init(box: Box, score: Double, landmarks: [Point] = []) {
    self.box = box
    self.score = score
    self.landmarks = landmarks
  }
}

/// Finds faces on a luma plane of square pixels. Not thread-safe: it keeps its pyramid between calls.
public protocol Detector: AnyObject {
  /// The faces in `picture`, best first, in its pixels.
  func detect(in picture: LumaPlane) -> [Detection]
}
