import Faces
import Media
import Recognition

/// What all inputs of a run share.
struct AnalysisTools {
  private let detectors: DetectorSource
  private let analysis: AnalysisRequest
  let classifier: Ensemble
  /// Where `--explain` asks for it.
  let heat: FaceHeat?

  /// Loads detector and networks.
  init(_ request: AnnotateRequest) throws {
    analysis = request.analysis
    detectors = try DetectorLibrary().open(analysis.detector)
    let (ensemble, models) = try ModelLibrary().ensemble(
      analysis.models, labels: analysis.labels, threads: analysis.threads)
    classifier = ensemble
    heat = request.explains ? try FaceHeat(models, labels: classifier.labels, threads: analysis.threads) : nil
  }

  /// A detector for one input: a still is looked at for small faces as a whole, a recording by turns.
  func detector(for input: MediaInfo) -> any Detector {
    let side = analysis.smallestFace ?? Self.smallestFace
    return detectors.detector(
      for: input.isStill ? .faces(from: side) : .facesByTurns(from: side), leastBox: analysis.leastBox,
      threads: analysis.threads)
  }

  /// What the networks say of one input's faces: all of them look at all.
  func reader() -> RecognitionStage { RecognitionStage(classifier, threads: analysis.threads) }

  /// What calls whatever may be a face in one input, where faces are to be hidden.
  func hidingDetector(for input: MediaInfo) -> any Detector {
    detectors.detector(for: input.isStill ? .hidingStills(from: Self.smallestFace) : .hiding)
  }

  /// Pixels from which on faces are looked for.
  private static let smallestFace = 24.0
}
