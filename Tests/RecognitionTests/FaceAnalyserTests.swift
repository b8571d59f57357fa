import Faces
import Synchronization
import Testing

@testable import Core
@testable import Recognition

/// Finds what a script says, frame after frame.
private final class ScriptedDetector: Detector {
  private var script: [[Detection]]
  private(set) var looks = 0
  init(_ script: [[Detection]]) { self.script = script.reversed() }
  func detect(in frame: LumaPlane) -> [Detection] {
    looks += 1
    return script.popLast() ?? []
  }
}

/// Networks that say the same of every face, look after look; `script` has the probabilities of each look.
private final class ScriptedNetworks: ExpressionEnsemble {
  let labels = LabelSet.ferPlus
  let cropSizes = [48, 64]
  let memberNames: [String]
  private let asked = Mutex<(crops: [[[UInt8]]], looks: [Int])>(([], []))
  private let scripts: [[[Double]]]

  init(_ scripts: [[Double]]...) {
    self.scripts = scripts
    memberNames = scripts.indices.map { "network\($0)" }
    asked.withLock { $0.looks = scripts.map { _ in 0 } }
  }

  /// What they were asked about.
  var crops: [[[UInt8]]] { asked.withLock { $0.crops } }

  func predict(_ member: Int, on crops: [[[UInt8]]]) -> [[Double]] {
    let look = asked.withLock { asked in
      asked.crops += crops
      asked.looks[member] += 1
      return asked.looks[member] - 1
    }
    let script = scripts[member]
    return crops.map { _ in script[min(look, script.count - 1)] }
  }
}

private func detection(_ x: Double, _ y: Double, side: Double = 120) -> Detection {
  Detection(box: Box(x: x, y: y, width: side, height: side), score: 0.9)
}

private func predictions(_ place: Int, _ share: Double) -> [Double] {
  (0..<8).map { $0 == place ? share : (1 - share) / 7 }
}

private func run(
  _ detector: ScriptedDetector, _ classifier: ScriptedNetworks, every: SamplingInterval = .frames(1), frames: Int,
  step: Double = 0.04
) throws -> [FrameResult] {
  let analyser = FaceAnalyser(detector: detector, reader: RecognitionStage(classifier), every: every)
  return try (0..<frames).map {
    try analyser.analyse(
      PlainFrame(index: $0, time: Double($0) * step, width: 640, height: 480, grey: UInt8(60 + $0 % 8), texture: 120))
  }
}

@Suite struct FaceAnalyserTests {
  @Test func everyLooksAtEachNthFrame() throws {
    let detector = ScriptedDetector(Array(repeating: [detection(200, 150)], count: 20))
    let results = try run(detector, ScriptedNetworks([predictions(3, 0.9)]), every: .frames(5), frames: 20)
    #expect(detector.looks == 4)
    for result in results {
      let face = try #require(result.faces.first)
      #expect(face.source == (result.frame % 5 == 0 ? .measured : .held) && face.track == 1)
    }
  }

  @Test func cropsComeInEverySizeAskedFor() throws {
    let classifier = ScriptedNetworks([predictions(3, 0.9)])
    _ = try run(ScriptedDetector([[detection(200, 150), detection(400, 150)]]), classifier, frames: 1)
    #expect(classifier.crops.map { $0.map(\.count) } == [[48 * 48, 64 * 64], [48 * 48, 64 * 64]])
  }

  @Test func probabilitiesAreSmoothedInTime() throws {
    let script = [predictions(3, 0.95)] + Array(repeating: predictions(4, 0.95), count: 40)
    let detector = ScriptedDetector(Array(repeating: [detection(200, 150)], count: 41))
    let results = try run(detector, ScriptedNetworks(script), frames: 41)
    let happy = results.map { $0.faces[0].probabilities[3] }
    #expect(happy[0] > 0.9 && happy[1] > 0.5 && happy[40] < 0.1)
    #expect(zip(happy, happy.dropFirst()).allSatisfy { $0 >= $1 })
    for result in results { #expect(abs(result.faces[0].probabilities.reduce(0, +) - 1) < 1e-9) }
  }

  @Test func nothingIsNamedWhereNoClassIsClear() throws {
    let results = try run(ScriptedDetector([[detection(200, 150)]]), ScriptedNetworks([predictions(3, 0.2)]), frames: 1)
    let face = try #require(results[0].faces.first)
    #expect(face.expression == nil && face.reason != nil)
  }

  /// As live: networks are smoothed one by one, so that a recording's rows say that they disagree.
  @Test func networksThatDisagreeAreSaidTo() throws {
    func faces(_ ensemble: ScriptedNetworks) throws -> [FaceResult] {
      try run(ScriptedDetector(Array(repeating: [detection(200, 150)], count: 5)), ensemble, frames: 5).map {
        $0.faces[0]
      }
    }
    for face in try faces(ScriptedNetworks([predictions(3, 0.99)], [predictions(4, 0.99)], [predictions(5, 0.99)])) {
      #expect(face.expression == nil && face.reason == .disputed && face.disagreement! > 0.6)
    }
    for face in try faces(ScriptedNetworks([predictions(3, 0.9)], [predictions(3, 0.8)])) {
      #expect(face.expression == LabelSet.ferPlus.names[3])
      #expect(face.disagreement! < 0.1)
    }
    #expect(try faces(ScriptedNetworks([predictions(3, 0.9)])).allSatisfy { $0.disagreement == nil })
  }

  @Test func boxesOfWidePixelsLieInTheStoredFrame() throws {
    let frame = PlainFrame(index: 0, time: 0, width: 320, height: 480, pixelAspect: 2)
    let analyser = FaceAnalyser(
      detector: ScriptedDetector([[detection(200, 150)]]),
      reader: RecognitionStage(ScriptedNetworks([predictions(3, 0.9)])))
    let box = try #require(try analyser.analyse(frame).faces.first).box
    #expect(box == Box(x: 100, y: 150, width: 60, height: 120))
  }
}
