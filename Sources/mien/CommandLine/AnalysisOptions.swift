import Core
import Media
import Sessions

/// Options of the commands that look for faces and judge them.
enum AnalysisOptions {
  static let models = Option.list("--models", "NAME,…", "Networks of the ensemble, by name or file (default: default).")
  static let detector = Option.file(
    "--detector", formerly: "--cascade", "F", "The face detector, by name or file (default: default).")
  static let smallest = Option.number(
    "--smallest-face", "N", 8...10_000,
    "Look for faces from N pixels on and for no smaller ones (default: 24 for annotate, what time allows for live).")
  static let turn = Option.choice(
    "--turn", Turn.allCases.filter { $0 != .none }.map { String($0.rawValue) },
    "Turn images by so many degrees clockwise first: recordings that lost their rotation, cameras under a ceiling.")
  static let labels = Option.choice(
    "--labels", labelSets.map(\.name), earlier: ["people": "ferplus"],
    "Classes: FER+'s eight, as people see them (default), or FER2013's own seven.")
  static let threads = Option.integer("--threads", "N", 1...256, "Threads of the networks (default: one a core).")

  /// Those of annotate and live, in the order of help.
  static let all = [models.spec, detector.spec, smallest.spec, turn.spec, labels.spec, threads.spec]

  /// The label sets that `--labels` names.
  fileprivate static let labelSets: [(name: String, set: LabelSet)] = [("ferplus", .ferPlus), ("fer2013", .fer2013)]
}

extension AnalysisRequest {
  /// Networks, detector and classes that a command asks for.
  init(_ arguments: Arguments) {
    typealias Given = AnalysisOptions
    self.init()
    models = arguments[Given.models] ?? models
    detector = arguments[Given.detector] ?? detector
    smallestFace = arguments[Given.smallest]
    turn = arguments[Given.turn].flatMap { Int($0) }.flatMap(Turn.init) ?? .none
    labels = arguments[Given.labels].flatMap { name in Given.labelSets.first { $0.name == name }?.set }
    threads = arguments[Given.threads] ?? threads
  }
}
