import Core
import Faces
import Foundation
import Media
import Recognition
import Training

/// `mien detector evaluate FILE|default --data DIR`.
enum DetectorEvaluateCommand {
  private static let data = Option<String>.folder("--data", "DIR", "Folder with boxes.csv and the images.")
  private static let part = Option<String>.choice(
    "--split", ["all", "train", "val"],
    "Images: all (default), or those that detector train learns from or judges on."
  )
  private static let json = Option<String>.file("--json", "F", "Write the figures as JSON; - is standard output.")

  private static let found = Option<String>.file(
    "--detections", "F", "Write all detections as CSV: image, box, score and five points.")

  static let row = Command(
    words: ["detector", "evaluate"],
    summary: "Measures how well a face detector finds the faces that people marked.",
    operands: [Operand(placeholder: "FILE|default", kind: .file)],
    options: [data.spec, part.spec, json.spec, found.spec],
    details: [
      "boxes.csv has the columns image,x,y,w,h. A detection is right when its middle is within 0.35 sides of the face's "
        + "and its side between half and twice the face's. Faces below 24 pixels do not count."
    ],
    examples: [("mien detector evaluate default --data faces", "judges the detector that annotate uses")],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    guard let folder = arguments[data] else { throw CommandLineError.needs("mien detector evaluate", data.spec.name) }
    let images = try FaceBoxes(folder: folder).images.filter { isWanted($0.name, arguments[part] ?? "all") }
    let detector = try DetectorLibrary().load(arguments.operands[0], for: .evaluation)
    var scorer = DetectionScorer()
    var times: [Double] = []
    var rows = ["image,x,y,w,h,score," + FaceBoxes.pointColumns.joined(separator: ",")]
    for image in images {
      guard let frame = try MediaInput.open(image.path).next() else { continue }
      let start = ContinuousClock.now
      let detections = detector.detect(in: frame.luma)
      times.append(start.duration(to: .now) / .milliseconds(1))
      scorer.add(truth: image.boxes, detections: detections)
      rows += detections.map { row(image.name, $0) }
    }
    try arguments[found].map { path in
      try OutputFile.write(path, force: true, whenWaiting: Terminal.sayWaiting) {
        try $0.write(Array((rows.joined(separator: "\n") + "\n").utf8))
      }
    }
    try show(Figures(scorer.result, times), arguments[json])
  }

  private static func row(_ name: String, _ detection: Detection) -> String {
    let box = detection.box
    let numbers = [box.x, box.y, box.width, box.height] + (detection.landmarks?.flatMap { [$0.x, $0.y] } ?? [])
    let words = numbers.map { String(format: "%.1f", $0) }
    return ([name] + words.prefix(4) + [String(format: "%.4f", detection.score)] + words.dropFirst(4)).joined(
      separator: ",")
  }

  private static func isWanted(_ name: String, _ part: String) -> Bool {
    part == "all" || DetectionSet.isValidation(name) == (part == "val")
  }

  private static func show(_ figures: Figures, _ json: String?) throws {
    try json.map { try JSONFigures.write(figures, to: $0) }
    guard json != "-" else { return }
    let result = figures.result
    try Terminal.print(
      String(
        format: "%d faces in %d images: average precision %.1f %%, recall at 0.1 false alarms an image %.1f %%; "
          + "%.1f ms an image\n",
        result.faces, result.images, result.averagePrecision, result.recallAtTenth, figures.median))
  }

  /// The result with the time that an image took.
  private struct Figures: Encodable {
    let result: DetectionResult
    /// Median time from decoded luma to faces, milliseconds.
    let median: Double

    enum Keys: String, CodingKey { case median = "p50_ms" }

    init(_ result: DetectionResult, _ times: [Double]) {
      self.result = result
      median = times.isEmpty ? 0 : times.sorted()[times.count / 2]
    }

    func encode(to encoder: any Encoder) throws {
      try result.encode(to: encoder)
      var own = encoder.container(keyedBy: Keys.self)
      try own.encode(median, forKey: .median)
    }
  }
}
