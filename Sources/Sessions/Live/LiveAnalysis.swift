import Faces
import Recognition

/// The two halves of the live analysis, loaded once: finder and reader.
struct LiveAnalysis {
  let finder: FaceFinder
  let reader: FaceReader
  /// Where faces are to be hidden: calls whatever may be one.
  let hidingDetector: (any Detector)?

  /// Loads detector and networks.
  /// - Parameters:
  ///   - rate: looks a second that the networks are to reach; nil: all look at all faces.
  ///   - hides: whether faces are to be hidden.
  ///   - baseline: seconds of a new face's look at rest; nil: none is taken.
  init(_ request: AnalysisRequest, rate: Double?, hides: Bool = false, baseline: Double? = nil) throws {
    let detectors = try DetectorLibrary().open(request.detector)
    let detector = detectors.detector(
      for: request.smallestFace.map { .faces(from: $0) } ?? .use, leastBox: request.leastBox)
    hidingDetector = hides ? detectors.detector(for: .hidingLive) : nil
    let ensemble = try ModelLibrary().ensemble(
      request.models, labels: request.labels, threads: request.threads
    ).ensemble
    reader = FaceReader(
      ensemble, threads: request.threads, budget: rate.map { 1 / $0 } ?? .infinity, rest: baseline)
    finder = FaceFinder(detector: detector, cropSizes: ensemble.cropSizes)
  }
}
