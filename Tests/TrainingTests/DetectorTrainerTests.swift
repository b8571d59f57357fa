import Core
import Faces
import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// A bright oval with dark eyes and mouth on noise: what a detector of a few thousand weights can learn in seconds.
private func madeImage(_ number: Int, side: Int = 128) -> AnnotatedImage {
  var random = RandomStream(number, 0x0FACE)
  var pixels = (0..<side * side).map { _ in UInt8(60 + random.next() % 60) }
  let width = Double(random.uniform(30...60))
  let box = Box(
    x: Double(random.uniform()) * (Double(side) - width), y: Double(random.uniform()) * (Double(side) - width * 1.3),
    width: width, height: width * 1.3)
  func point(_ u: Double, _ v: Double) -> Point { Point(x: box.x + u * box.width, y: box.y + v * box.height) }
  func paint(_ middle: Point, _ across: Double, _ down: Double, _ grey: UInt8) {
    for y in 0..<side {
      for x in 0..<side where hypot((Double(x) - middle.x) / across, (Double(y) - middle.y) / down) < 1 {
        pixels[y * side + x] = grey
      }
    }
  }
  paint(point(0.5, 0.5), width / 2, width * 0.65, 210)
  let landmarks = [point(0.28, 0.38), point(0.72, 0.38), point(0.5, 0.57), point(0.33, 0.74), point(0.67, 0.74)]
  for eye in landmarks[..<2] { paint(eye, width * 0.12, width * 0.1, 30) }
  paint(point(0.5, 0.74), width * 0.22, width * 0.08, 50)
  let image = ImagePyramid(GreyImage(width: side, height: side, pixels: pixels))
  return AnnotatedImage(
    name: "\(number)", image: image, faces: [MarkedFace(box: box, landmarks: FacePoints { landmarks[$0] })],
    truth: [box])
}

private func madeSet(training: Int = 12, validation: Int = 6) -> DetectionSet {
  DetectionSet(
    training: (0..<training).map { madeImage($0) }, validation: (500..<500 + validation).map { madeImage($0) })
}

private func configuration(_ folder: Scratch, epochs: Int, threads: Int = 2) -> TrainingConfiguration {
  var configuration = TrainingConfiguration()
  (configuration.imageSize, configuration.batchSize, configuration.epochs) = (96, 8, epochs)
  (configuration.optimizer, configuration.schedule, configuration.rate) = (.adamw, .cosine, 0.01)
  (configuration.averaging, configuration.threads) = (0.9, threads)
  (configuration.augmentation.flip, configuration.augmentation.rotation) = (0.5, 10)
  configuration.detection.channels = [8, 16, 16]
  configuration.detection.blocks = [1, 0]
  configuration.detection.scenes = 80
  configuration.detection.sides = 24...60
  configuration.logFolder = folder.path("logs")
  configuration.checkpointFolder = folder.path("checkpoints")
  return configuration
}

private func weights(_ trainer: DetectorTrainer) -> [String: [Float]] {
  trainer.trained.weights.merging(trainer.trained.average.map { ("average/" + $0.key, $0.value) }) { $1 }.mapValues {
    Array($0.elements)
  }
}

struct DetectorTrainerTests {
  @Test func aSmallRunLearnsToFindMadeFaces() throws {
    let folder = try Scratch()
    let trainer = try DetectorTrainer(configuration(folder, epochs: 48), set: madeSet(training: 60, validation: 30))
    #expect(try trainer.run() == .finished)
    let losses = trainer.history.map(\.loss)
    #expect(losses.last! < losses[0] / 3, "\(losses)")
    #expect(trainer.history.map(\.averagePrecision).max()! >= 95, "\(trainer.history)")
    let file = try DetectorFile(path: folder.path("checkpoints/model/best.safetensors"))
    // A second look shows faces in a size that this short run hardly learned.
    var options = NetworkDetector.Options(threshold: file.threshold)
    options.secondLook = nil
    let (result, noses) = judged(NetworkDetector(file, options: options), on: (1000..<1040).map { madeImage($0) })
    #expect(result.averagePrecision >= 90, "\(result)")
    #expect(noses.sorted()[noses.count / 2] < 0.15, "\(noses)")
  }

  /// How well `detector` finds the faces of `images`, and how far the noses of those that it finds lie from where they are, in sides.
  private func judged(_ detector: NetworkDetector, on images: [AnnotatedImage]) -> (DetectionResult, [Double]) {
    var (scorer, noses) = (DetectionScorer(), [Double]())
    for image in images {
      let found = image.image.levels[0].withPlane { detector.detect(in: $0) }
      scorer.add(truth: image.truth, detections: found)
      let face = image.faces[0]
      guard let hit = found.first(where: { DetectionScorer.isHit($0.box, face.box) }) else { continue }
      let (nose, truth) = (hit.landmarks!.nose, face.landmarks!.nose)
      noses.append(hypot(nose.x - truth.x, nose.y - truth.y) / face.side)
    }
    return (scorer.result, noses)
  }

  @Test func weightsDoNotDependOnThreadsOrStops() throws {
    let runs = try [1, 2].map { threads in
      let trainer = try DetectorTrainer(configuration(Scratch(), epochs: 1, threads: threads), set: madeSet())
      _ = try trainer.run()
      return weights(trainer)
    }
    #expect(runs[0] == runs[1])
    let folder = try Scratch()
    var calls = 0
    let first = try DetectorTrainer(configuration(folder, epochs: 1), set: madeSet())
    let end = try first.run(stop: {
      calls += 1
      return calls > 5
    })
    #expect(end == .stopped)
    let second = try DetectorTrainer(configuration(folder, epochs: 1), set: madeSet())
    try second.resume()
    #expect(try second.run() == .finished)
    #expect(weights(second) == runs[0])
  }
}

/// Gradients against central differences, on a cell of each kind.
@Test func detectionLossHasItsGradients() {
  let level = DetectionLevel.all[0]
  let faces = [
    MarkedFace(
      box: Box(x: 10, y: 9, width: 22, height: 27),
      landmarks: FacePoints { Point(x: 12 + 4 * Double($0), y: 15 + 3 * Double($0)) })
  ]
  let targets = GridTargets(faces, level: level, side: 64)
  #expect(targets.faceWeight > 0 && targets.answers.contains(.background) && targets.answers.contains(.none))
  var random = RandomStream(5)
  var values = (0..<64 * DetectionLevel.outputs).map { _ in 0.6 * random.signed() }
  var gradient = [Float](repeating: .nan, count: values.count)
  func loss(_ gradient: inout [Float]) -> Float {
    DetectionLoss().add(targets, faces, level: level, values: values, gradient: &gradient, factor: 1)
  }
  _ = loss(&gradient)
  var other = gradient
  for (cell, answer) in targets.answers.enumerated() where answer == .face(0) || cell % 7 == 0 {
    for index in cell * DetectionLevel.outputs..<(cell + 1) * DetectionLevel.outputs {
      let kept = values[index]
      values[index] = kept + 0.01
      let above = loss(&other)
      values[index] = kept - 0.01
      let below = loss(&other)
      values[index] = kept
      #expect(abs((above - below) / 0.02 - gradient[index]) < 0.02, "\(index)")
    }
  }
}

struct DetectionSetTests {
  @Test func theSplitIsThatOfTheDocument() {
    // FNV-1a of "a" is 0xAF63DC4C8601EC8C (Fowler, Noll and Vo's own table), 2 modulo 5.
    #expect(0xAF63_DC4C_8601_EC8C as UInt64 % 5 != 0 && !DetectionSet.isValidation("a"))
    let names = (0..<5000).map { "fddb/a_\($0).jpg" }
    #expect((900...1100).contains(names.count(where: DetectionSet.isValidation)))
  }

  @Test func peoplesBoxesAreBroughtToTheDetectors() throws {
    let folder = try Scratch()
    func csv(_ name: String, _ lines: [String]) throws {
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: folder.path(name), atomically: true, encoding: .utf8)
    }
    try csv("boxes.csv", ["image,x,y,w,h,label", "a/1.png,10,10,40,40,face", "a/2.png,20,20,40,40,face"])
    let points = ["right_eye", "left_eye", "nose", "mouth_right", "mouth_left"].flatMap { ["\($0)_x", "\($0)_y"] }
    try csv(
      "landmarks.csv",
      [
        (["image", "x", "y", "w", "h", "score"] + points).joined(separator: ","),
        "a/1.png,12,14,36,48,0.9," + (1...10).map(String.init).joined(separator: ","),
        "a/1.png,200,14,36,48,0.7," + (1...10).map(String.init).joined(separator: ","),
      ])
    let images = try FaceBoxes(folder: folder.folder.path).images
    let conventions = BoxConventions(try FaceBoxes(folder: folder.folder.path))
    let first = conventions.faces(images[0])
    #expect(first.map(\.isCertain) == [true, false] && first[0].box == Box(x: 12, y: 14, width: 36, height: 48))
    #expect(first[0].landmarks!.leftMouth == Point(x: 9, y: 10))
    // As the detector's box lies to people's in the other image: 8 lower, nine tenths as wide, a fifth higher.
    #expect(conventions.faces(images[1]) == [MarkedFace(box: Box(x: 22, y: 24, width: 36, height: 48))])
  }

  @Test func badTablesAreRefused() throws {
    let folder = try Scratch()
    #expect(throws: FaceBoxesError.noBoxes(folder: folder.folder.path)) { try FaceBoxes(folder: folder.folder.path) }
    try "image,x,y,w,h\na.png,1,2,3\n".write(toFile: folder.path("boxes.csv"), atomically: true, encoding: .utf8)
    #expect(throws: FaceBoxesError.self) { try FaceBoxes(folder: folder.folder.path) }
  }
}
