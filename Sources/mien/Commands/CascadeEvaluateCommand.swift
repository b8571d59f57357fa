import Evaluation
import Faces
import Foundation
import Media
import Recognition

/// `mien cascade evaluate FILE|default --data DIR`.
enum CascadeEvaluateCommand {
  private static let data = Option<String>.folder("--data", "DIR", "Folder with boxes.csv and the pictures.")
  private static let json = Option<String>.file("--json", "F", "Write the figures as JSON; - is standard output.")

  static let row = Command(
    words: ["cascade", "evaluate"],
    summary: "Measures how well a face detector finds the faces that people marked.",
    operands: [Operand(placeholder: "FILE|default", kind: .file)],
    options: [data.spec, json.spec],
    details: [
      "boxes.csv has the columns image,x,y,w,h. A detection is right when its middle is within 0.35 sides of the face's "
        + "and its side between half and twice the face's. Faces below 24 pixels do not count."
    ],
    examples: [("mien cascade evaluate default --data faces", "judges the detector that annotate uses")],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    guard let folder = arguments[data] else { throw CommandLineError.needs("mien cascade evaluate", data.spec.name) }
    let set = try FaceBoxes(folder: folder)
    // Scores say how sure a face is: weak ones are asked for too.
    let detector = try CascadeDetector(named: arguments.operands[0], minNeighbors: 1, minSize: 20)
    var scorer = DetectionScorer()
    for picture in set.pictures {
      guard let frame = try MediaInput.open(picture.path).next() else { continue }
      scorer.add(truth: picture.boxes, detections: detector.detect(in: frame.luma))
    }
    try show(scorer.result, arguments[json])
  }

  private static func show(_ result: DetectionResult, _ json: String?) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let text = try encoder.encode(result)
    if json == "-" { return try Terminal.print(String(decoding: text, as: UTF8.self) + "\n") }
    if let json { try text.write(to: URL(fileURLWithPath: json), options: .atomic) }
    try Terminal.print(
      String(
        format: "%d faces in %d pictures: average precision %.1f %%, recall at 0.1 false alarms a picture %.1f %%\n",
        result.faces, result.pictures, result.averagePrecision, result.recallAtTenth))
  }
}
