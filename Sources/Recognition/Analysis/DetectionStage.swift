import Core
import Faces

/// A face seen in a frame with what the networks see of it.
struct DetectedFace: Sendable {
  var face: TrackedFace
  /// What of the frame they see.
  var square: CropSquare
  /// One frame for each size that was asked for.
  var crops: [[UInt8]]
  /// Judged on the largest crop.
  var quality: FaceQuality
}

/// What the first half of the analysis says of one frame.
struct FrameDetections: Sendable {
  /// Number in the source.
  var frame: Int
  /// Presentation time, seconds.
  var time: Double
  /// All faces followed into the frame, in square pixels.
  var faces: [TrackedFace]
  /// Those that were detected in it.
  var seen: [DetectedFace]
  /// Columns of square pixels for a column of the frame.
  var scale: Double

  /// What is said of the frame, with what is known of each track. A face is said to be there once its expression is known.
  func result(_ readings: [Int: ExpressionEstimate], labels: LabelSet, rule: ExpressionRule) -> FrameResult {
    var result = FrameResult(frame: frame, time: time, faces: [])
    result.faces.reserveCapacity(faces.count)
    for face in faces {
      guard let reading = readings[face.track] else { continue }
      result.faces.append(rule.result(face, reading, labels: labels, scale: scale))
    }
    return result
  }
}

/// The first half of the analysis of one source: detect, follow, crop. Frames in order, one thread.
public final class DetectionStage {
  private let detector: any Detector
  private let cropSizes: [Int]
  private let cropper = FaceCropper()
  private let square = SquarePixels()
  private(set) var tracker = Tracker()
  private var part = 0

  /// Crops faces in each of `cropSizes`, ascending.
  public init(detector: any Detector, cropSizes: [Int]) {
    (self.detector, self.cropSizes) = (detector, cropSizes)
  }

  /// Side in pixels of the smallest faces that are found in frames of so many square pixels; nil where the detector cannot say.
  func leastSide(width: Int, height: Int) -> Double? { detector.leastSide(width: width, height: height) }

  /// Looks at the frame `luma` of frame number `frame`. In another `part` of the source faces are followed anew.
  func find(in luma: LumaPlane, pixelAspect: Double, part: Int = 0, frame: Int, time: Double) -> FrameDetections {
    if part != self.part { tracker.beginAnew() }
    self.part = part
    return square.withSquare(luma, pixelAspect: pixelAspect) { luma, scale in
      let faces = tracker.update(detector.detect(in: luma), time: time, luma: luma)
      var measured: [DetectedFace] = []
      measured.reserveCapacity(faces.count)
      for face in faces where !face.isHeld { measured.append(seen(face, in: luma)) }
      return FrameDetections(frame: frame, time: time, faces: faces, seen: measured, scale: scale)
    }
  }

  /// Whether faces of `part` are not followed yet.
  func isAnew(_ part: Int) -> Bool { part != self.part }

  /// Carries the faces on into a frame that is not looked at.
  func hold(width: Int, pixelAspect: Double, frame: Int, time: Double) -> FrameDetections {
    let scale = SquarePixels.scale(width: width, pixelAspect: pixelAspect)
    return FrameDetections(frame: frame, time: time, faces: tracker.held(at: time), seen: [], scale: scale)
  }

  private func seen(_ face: TrackedFace, in luma: LumaPlane) -> DetectedFace {
    let square = cropper.square(face.box, landmarks: face.landmarks)
    let crops = cropSizes.map { cropper.crop(square, of: luma, size: $0) }
    let quality = FaceQuality(box: face.box, crop: crops.last!, size: cropSizes.last!, landmarks: face.landmarks)
    return DetectedFace(face: face, square: square, crops: crops, quality: quality)
  }
}
