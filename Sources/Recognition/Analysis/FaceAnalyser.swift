import Core
import Faces

/// What the networks see of one face in one frame: for `--show-crops`.
public struct ShownCrop: Sendable {
  /// Number of the frame in its source.
  public var frame: Int
  /// The face's track.
  public var track: Int
  /// The square that was cut out, in square pixels.
  public var square: CropSquare
  /// The middle of the face's box, in square pixels.
  public var middle: Point
  /// Side in pixels.
  public var size: Int
  /// `size` rows of `size` bytes of full-range grey.
  public var pixels: [UInt8]
}

/// The analysis of one source, each frame as it comes: the live analysis whose networks look at all faces. Frames in order, one thread.
public final class FaceAnalyser: FrameAnalyser {
  private let finder: DetectionStage
  private let reader: RecognitionStage
  private var sampler: Sampler
  private let rule: ExpressionRule
  private let showCrop: ((ShownCrop) throws -> Void)?

  /// - Parameters:
  ///   - reader: of this source alone, without a budget.
  ///   - every: which frames are looked at; between, faces are held.
  ///   - showCrop: is given every crop that goes to the networks.
  public init(
    detector: any Detector, reader: RecognitionStage, every: SamplingInterval = .frames(1),
    rule: ExpressionRule = ExpressionRule(),
    showCrop: ((ShownCrop) throws -> Void)? = nil
  ) {
    sampler = Sampler(every)
    (self.reader, self.rule, self.showCrop) = (reader, rule, showCrop)
    finder = DetectionStage(detector: detector, cropSizes: reader.cropSizes)
  }

  public func analyse(_ frame: any Frame) throws -> FrameResult {
    let isMeasured = sampler.isDue(frame.time) || finder.isAnew(frame.part)
    let detections = isMeasured ? find(in: frame) : hold(frame)
    for seen in detections.seen { try show(seen, in: detections.frame) }
    var result = detections.result(try reader.read(detections).readings, labels: reader.labels, rule: rule)
    result.isMeasured = isMeasured
    return result
  }

  /// The faces followed into this frame.
  private func hold(_ frame: any Frame) -> FrameDetections {
    finder.hold(width: frame.width, pixelAspect: frame.pixelAspect, frame: frame.index, time: frame.time)
  }

  /// The faces seen in this frame, and those followed into it.
  private func find(in frame: any Frame) -> FrameDetections {
    finder.find(
      in: frame.luma, pixelAspect: frame.pixelAspect, part: frame.part, frame: frame.index, time: frame.time)
  }

  private func show(_ seen: DetectedFace, in frame: Int) throws {
    guard let showCrop else { return }
    for (size, pixels) in zip(reader.cropSizes, seen.crops) {
      try showCrop(
        ShownCrop(
          frame: frame, track: seen.face.track, square: seen.square, middle: seen.face.box.center, size: size,
          pixels: pixels))
    }
  }
}
