// From an image to the expressions of its faces: `swift run -c release Expressions group.jpg`.
import Core
import Media
import Recognition

guard CommandLine.arguments.count == 2 else { fatalError("usage: Expressions IMAGE") }
let image = CommandLine.arguments[1]

// The shipped detector and networks; any others by name or file.
let detector = try DetectorLibrary().open("default").detector(for: .faces(from: 24))
let networks = try ModelLibrary().ensemble(["default"]).ensemble
let analyser = FaceAnalyser(detector: detector, reader: RecognitionStage(networks))

// Whatever FFmpeg reads, upright.
let input = try MediaInput.open(image)
guard let frame = try input.next() else { fatalError("\(image) has no image.") }

for face in try analyser.analyse(frame).faces {
  let name = face.expression ?? "uncertain (\(face.reason?.rawValue ?? "?"))"
  let (x, y) = (Int(face.box.center.x), Int(face.box.center.y))
  print("face at \(x), \(y): \(name), \(Int((face.confidence * 100).rounded())) %")
}
