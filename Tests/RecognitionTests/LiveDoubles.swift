import Faces
import Synchronization

@testable import Core
@testable import Recognition

/// A camera that gives frames when they are due, until it is cancelled or has given all.
final class ScriptedCamera: FrameSource {
  private let frames: Int
  private let step: Double
  private let clock = SystemClock()
  private var given = 0
  private var begin: Double?

  init(frames: Int = .max, rate: Double = 200) { (self.frames, step) = (frames, 1 / rate) }

  func next() -> (any Frame)? {
    guard given < frames else { return nil }
    let start = begin ?? clock.now()
    begin = start
    clock.sleep(until: start + Double(given) * step)
    defer { given += 1 }
    return PlainFrame(index: given, time: Double(given) * step, width: 320, height: 240, grey: 60, texture: 120)
  }
}

/// Finds the same faces, at most eight, in every frame, after a while.
final class SteadyDetector: Detector {
  private let faces: [Detection]
  private let seconds: Double

  init(faces: Int = 1, seconds: Double = 0) {
    self.faces = (0..<faces).map {
      Detection(box: Box(x: 5 + Double($0) * 39, y: 60, width: 36, height: 36), score: 0.9)
    }
    self.seconds = seconds
  }

  func detect(in frame: LumaPlane) -> [Detection] {
    rest(seconds)
    return faces
  }
}

/// Networks that say what they are told, after a while.
final class ScriptedEnsemble: ExpressionEnsemble {
  let labels = LabelSet.ferPlus
  let cropSizes = [48]
  let memberNames: [String]
  private let predictions: [[Double]]
  private let seconds: Double
  private let failure: Int?
  private let asked = Mutex<[Int]>([])

  /// One network for each class in `says`; each takes `seconds` a face. The call number `failure` fails.
  init(_ says: [Int], seconds: Double = 0, failingAt failure: Int? = nil) {
    predictions = says.map { place in (0..<8).map { $0 == place ? 0.93 : 0.01 } }
    memberNames = says.indices.map { "network\($0)" }
    (self.seconds, self.failure) = (seconds, failure)
  }

  /// Faces that each network was asked about.
  var counts: [Int] { asked.withLock { asked in memberNames.indices.map { member in asked.count { $0 == member } } } }

  func predict(_ member: Int, on crops: [[[UInt8]]]) throws -> [[Double]] {
    let calls = asked.withLock { asked in
      asked += crops.map { _ in member }
      return asked.count
    }
    if let failure, calls > failure { throw ScriptedError(at: calls) }
    rest(seconds * Double(crops.count))
    return crops.map { _ in predictions[member] }
  }
}

private func rest(_ seconds: Double) {
  guard seconds > 0 else { return }
  let clock = SystemClock()
  clock.sleep(until: clock.now() + seconds)
}

/// Keeps what it is shown, until it has enough.
final class MemoryViewer: LiveViewer {
  private(set) var results: [FrameResult] = []
  private let limit: Int
  private let seconds: Double
  private let failure: Int?

  init(limit: Int = .max, seconds: Double = 0, failingAt failure: Int? = nil) {
    (self.limit, self.seconds, self.failure) = (limit, seconds, failure)
  }

  func attend() -> Bool { results.count < limit }

  func show(_ frame: any Frame, _ result: FrameResult) throws {
    if results.count == failure { throw ScriptedError(at: results.count) }
    rest(seconds)
    results.append(result)
  }
}

func livePipeline(
  _ policy: QueuePolicy = .live, detector: any Detector = SteadyDetector(),
  ensemble: ScriptedEnsemble = ScriptedEnsemble([3]),
  budget: Double = .infinity, cancellation: Cancellation = Cancellation()
) -> LivePipeline {
  LivePipeline(
    policy: policy, finder: DetectionStage(detector: detector, cropSizes: ensemble.cropSizes),
    reader: RecognitionStage(ensemble, budget: budget), cancellation: cancellation)
}
