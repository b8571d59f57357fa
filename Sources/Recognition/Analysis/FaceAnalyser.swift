import Faces

/// What the networks see of one face in one frame: for `--show-crops`.
public struct ShownCrop: Sendable {
  /// Number of the frame in its source.
  public var frame: Int
  /// The face's track.
  public var track: Int
  /// Side in pixels.
  public var size: Int
  /// `size` rows of `size` bytes of full-range grey.
  public var pixels: [UInt8]
}

/// The analysis of one source: detect, follow, crop, classify, smooth. Frames in order, one thread.
public final class FaceAnalyser: FrameAnalyser {
  private let detector: any Detector
  private let classifier: any ExpressionClassifier
  private let every: Int
  private let rule: ExpressionRule
  private let showCrop: ((ShownCrop) throws -> Void)?
  private let cropper = FaceCropper()
  private let square = SquarePixels()
  private var tracker = Tracker()
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
    (self.detector, self.classifier, self.every, self.rule) = (detector, classifier, every, rule)
    self.showCrop = showCrop
  }

  public func analyse(_ frame: any Frame) throws -> FrameResult {
    let faces = try square.withSquare(frame.luma, pixelAspect: frame.pixelAspect) { luma, scale in
      try look(at: luma, frame).compactMap { face in memories[face.track].map { result(face, $0, scale: scale) } }
    }
    count += 1
    return FrameResult(frame: frame.index, time: frame.time, faces: faces.sorted { $0.track < $1.track })
  }

  /// The faces followed into this frame; those seen now are classified.
  private func look(at luma: LumaPlane, _ frame: any Frame) throws -> [TrackedFace] {
    let isMeasured = count % every == 0
    let faces = isMeasured ? follow(luma, frame) : tracker.held(at: frame.time)
    let seen = faces.filter { !$0.isHeld }
    if !seen.isEmpty { try classify(seen, in: luma, frame) }
    forget(allBut: faces)
    return faces
  }

  private func follow(_ luma: LumaPlane, _ frame: any Frame) -> [TrackedFace] {
    tracker.update(detector.detect(in: luma), time: frame.time, luma: luma)
  }

  private func classify(_ faces: [TrackedFace], in luma: LumaPlane, _ frame: any Frame) throws {
    let crops = faces.map { face in
      classifier.cropSizes.map { cropper.crop(face.box, landmarks: face.landmarks, of: luma, size: $0) }
    }
    for (face, pictures) in zip(faces, crops) { try show(pictures, of: face, in: frame) }
    for (place, votes) in try classifier.classify(crops).enumerated() {
      memories[faces[place].track, default: TrackMemory()].add(
        votes, quality: quality(of: faces[place], crops[place]), at: frame.time)
    }
  }

  /// Judged on the largest crop.
  private func quality(of face: TrackedFace, _ crops: [[UInt8]]) -> FaceQuality {
    FaceQuality(box: face.box, crop: crops.last!, size: classifier.cropSizes.last!, landmarks: face.landmarks)
  }

  private func show(_ pictures: [[UInt8]], of face: TrackedFace, in frame: any Frame) throws {
    guard let showCrop else { return }
    for (size, pixels) in zip(classifier.cropSizes, pictures) {
      try showCrop(ShownCrop(frame: frame.index, track: face.track, size: size, pixels: pixels))
    }
  }

  private func forget(allBut faces: [TrackedFace]) {
    guard memories.count > faces.count else { return }
    let alive = Set(faces.map(\.track))
    memories = memories.filter { alive.contains($0.key) }
  }

  private func result(_ face: TrackedFace, _ memory: TrackMemory, scale: Double) -> FaceResult {
    let fault = memory.quality?.fault
    let choice = fault == nil ? rule.choice(memory.probabilities) : nil
    return FaceResult(
      track: face.track, box: face.box.unstretched(by: scale), score: face.score,
      source: face.isHeld ? .held : .measured,
      expression: choice.map { classifier.labels.names[$0] },
      reason: choice == nil ? fault.map(Uncertainty.init) ?? .unclear : nil,
      confidence: memory.probabilities.max() ?? 0, probabilities: memory.probabilities, quality: memory.quality?.value)
  }
}

/// What is remembered of a track from one look to the next.
private struct TrackMemory {
  private var smoother = ProbabilitySmoother()
  private(set) var probabilities: [Double] = []
  private(set) var quality: FaceQuality?

  mutating func add(_ votes: [Double], quality: FaceQuality, at time: Double) {
    probabilities = smoother.add(votes, at: time)
    self.quality = quality
  }
}

extension Uncertainty {
  /// As the rows name it.
  fileprivate init(_ fault: FaceQuality.Fault) {
    switch fault {
    case .tooSmall: self = .tooSmall
    case .blurred: self = .blurred
    case .dark: self = .dark
    case .turned: self = .turned
    }
  }
}

extension Box {
  /// From square pixels to the picture's own, `scale` times fewer across.
  fileprivate func unstretched(by scale: Double) -> Box {
    Box(x: x / scale, y: y, width: width / scale, height: height)
  }
}
