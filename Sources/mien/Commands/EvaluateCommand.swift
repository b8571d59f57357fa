import Evaluation
import Foundation
import Networks
import Recognition
import Training

/// `mien evaluate MODEL[,MODEL…] --data DIR --split test`.
enum EvaluateCommand {
  private static let data = Option<String>.folder("--data", "DIR", "Folder of the data set.")
  private static let split = Option<String>.choice(
    "--split", Split.allCases.map(\.rawValue), "Part of the data set (default: test).")
  private static let labels = Option<String>.choice(
    "--labels", ["people", "fer2013"], "Label set (default: fer2013).")
  private static let tta = Option<Bool>.flag("--tta", "Average over mirror images and shifts.")
  private static let json = Option<String>.file("--json", "F", "Write the figures as JSON; - is standard output.")
  private static let threads = Option<Int>.integer("--threads", "N", 1...256, "Worker threads.")

  static let row = Command(
    words: ["evaluate"],
    summary: "Measures how often models are right on a data set.",
    operands: [Operand(placeholder: "MODEL[,MODEL…]", kind: .list)],
    options: [data.spec, split.spec, labels.spec, tta.spec, json.spec, threads.spec],
    details: [
      "Several models vote: their probabilities are summed without weights. The label set people takes the majority of "
        + "FER+'s votes as truth; pictures without a clear majority are left out."
    ],
    examples: [("mien evaluate default --data saved/data/fer2013 --split val", "judges the shipped models")],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    guard let folder = arguments[data] else { throw CommandLineError.needs("mien evaluate", data.spec.name) }
    let models = try ModelLibrary().load(arguments.operands[0].split(separator: ",").map(String.init))
    let labels: LabelSet = arguments[Self.labels] == "people" ? .people : .fer2013
    let set = try DataFolder(path: folder, classes: LabelSet.fer2013.names)
      .load(arguments[split].flatMap(Split.init) ?? .test)
    if labels == .people, set.votes.isEmpty { throw EvaluationError.noVotes(folder: folder) }
    let pool = ThreadPool(threads: arguments[threads] ?? ProcessInfo.processInfo.activeProcessorCount)
    let evaluator = try Evaluator(models, labels: labels, augmented: arguments.has(tta), pool: pool)
    let matrix = evaluator.judge(set) { labels == .people ? set.majority($0) : set.labels[$0] }
    try show(EvaluationResult(matrix, models: models.map(\.name), augmented: arguments.has(tta)), arguments[json])
  }

  private static func show(_ result: EvaluationResult, _ json: String?) throws {
    if json == "-" { return try Terminal.print(String(decoding: try result.json(), as: UTF8.self) + "\n") }
    if let json { try result.json().write(to: URL(fileURLWithPath: json), options: .atomic) }
    try Terminal.print(
      String(
        format: "%d of %d right: %.2f %% (95 %% interval %.2f to %.2f)\n", result.correct, result.images,
        result.accuracy, result.interval95[0], result.interval95[1]))
  }
}
