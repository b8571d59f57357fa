import Core

/// A face found in one image.
public struct Detection: Hashable, Sendable {
  /// Where.
  public var box: Box
  /// How sure, 0 to 1.
  public var score: Double
  /// Its five points; nil from detectors that mark none.
  public var landmarks: FacePoints?

  /// A face at `box`.
  public init(box: Box, score: Double, landmarks: FacePoints? = nil) {
    self.box = box
    self.score = score
    self.landmarks = landmarks
  }
}

/// Finds faces on a luma plane of square pixels. Not thread-safe: it keeps its pyramid between calls.
public protocol Detector: AnyObject {
  /// The faces in `image`, best first, in its pixels.
  func detect(in image: LumaPlane) -> [Detection]
  /// Side in pixels of the smallest faces that it finds in every image of so many pixels; nil where it cannot say.
  func leastSide(width: Int, height: Int) -> Double?
}

extension Detector {
  public func leastSide(width: Int, height: Int) -> Double? { nil }
}
