import Faces

/// What the networks see of one face in one frame: for `--show-crops`.
public struct ShownCrop: Sendable {
  /// Number of the frame in its source.
  public var frame: Int
  /// The face's track.
  public var track: Int
  /// The square that was cut out by the middle of the face's box, both in square pixels.
  public var square: CropSquare
  public var middle: Point
  /// Side in pixels.
  public var size: Int
  /// `size` rows of `size` bytes of full-range grey.
  public var pixels: [UInt8]
}

/// The analysis of one source: detect, follow, crop, classify, smooth. Frames in order, one thread.
public final class FaceAnalyser: FrameAnalyser {
  private let finder: FaceFinder
  private let classifier: any ExpressionClassifier
  private let every: Int
  private let rule: ExpressionRule
  private let showCrop: ((ShownCrop) throws -> Void)?
  private var memories: [Int: TrackMemory] = [:]
  private var count = 0

  /// - Parameters:
  ///   - every: look at each n-th frame; between, faces are held.
  ///   - showCrop: is given every crop that goes to the networks.
  public init(
    detector: any Detector, classifier: any ExpressionClassifier, every: Int = 1,
    rule: ExpressionRule = ExpressionRule(),
    showCrop: ((ShownCrop) throws -> Void)? = nil
  ) {
    precondition(every > 0)
    (self.classifier, self.every, self.rule) = (classifier, every, rule)
    finder = FaceFinder(detector: detector, cropSizes: classifier.cropSizes)
    self.showCrop = showCrop
  }

  public func analyse(_ frame: any Frame) throws -> FrameResult {
    let sightings = look(at: frame)
    count += 1
    if !sightings.seen.isEmpty { try classify(sightings) }
    forget(allBut: sightings.faces)
    return sightings.result(memories.mapValues(\.reading), labels: classifier.labels, rule: rule)
  }

  /// The faces followed into this frame.
  private func look(at frame: any Frame) -> Sightings {
    guard count % every == 0 || finder.isAnew(frame.part) else {
      return finder.hold(width: frame.width, pixelAspect: frame.pixelAspect, frame: frame.index, time: frame.time)
    }
    return finder.find(
      in: frame.luma, pixelAspect: frame.pixelAspect, part: frame.part, frame: frame.index, time: frame.time)
  }

  private func classify(_ sightings: Sightings) throws {
    for seen in sightings.seen { try show(seen, in: sightings.frame) }
    for (seen, votes) in zip(sightings.seen, try classifier.classify(sightings.seen.map(\.crops))) {
      memories[seen.face.track, default: TrackMemory()].add(votes, quality: seen.quality, at: sightings.time)
    }
  }

  private func show(_ seen: SeenFace, in frame: Int) throws {
    guard let showCrop else { return }
    for (size, pixels) in zip(classifier.cropSizes, seen.crops) {
      try showCrop(
        ShownCrop(
          frame: frame, track: seen.face.track, square: seen.square, middle: seen.face.box.center, size: size,
          pixels: pixels))
    }
  }

  private func forget(allBut faces: [TrackedFace]) {
    guard memories.count > faces.count else { return }
    let alive = Set(faces.map(\.track))
    memories = memories.filter { alive.contains($0.key) }
  }
}

/// What is remembered of a track from one look to the next.
private struct TrackMemory {
  private var smoother = ProbabilitySmoother()
  private(set) var reading = FaceReading()

  mutating func add(_ votes: [Double], quality: FaceQuality, at time: Double) {
    smoother.add(votes, at: time)
    reading = FaceReading(probabilities: smoother.probabilities, quality: quality)
  }
}
