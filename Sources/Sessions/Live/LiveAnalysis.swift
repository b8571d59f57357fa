import Faces
import Recognition

/// The two halves of the live analysis, loaded once: finder and reader.
struct LiveAnalysis {
  let finder: DetectionStage
  let reader: RecognitionStage
  /// Where faces are to be hidden: calls whatever may be one.
  let hidingDetector: (any Detector)?

  /// Loads detector and networks.
  /// - Parameters:
  ///   - rate: inferences a second that the networks are to reach; nil: all judge all faces.
  ///   - hides: whether faces are to be hidden.
  ///   - baseline: seconds of a new face's neutral baseline; nil: none is taken.
  init(_ request: AnalysisRequest, rate: Double?, hides: Bool = false, baseline: Double? = nil) throws {
    let detectors = try DetectorLibrary().open(request.detector)
    let detector = detectors.detector(
      for: request.smallestFace.map { .faces(from: $0) } ?? .use, leastBox: request.leastBox)
    hidingDetector = hides ? detectors.detector(for: .hidingLive) : nil
    let ensemble = try ModelLibrary().ensemble(
      request.models, labels: request.labels, threads: request.threads
    ).ensemble
    reader = RecognitionStage(
      ensemble, threads: request.threads, budget: rate.map { 1 / $0 } ?? .infinity, rest: baseline)
    finder = DetectionStage(detector: detector, cropSizes: ensemble.cropSizes)
  }
}
