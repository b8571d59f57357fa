import Core
import Evaluation
import Training

/// The options of `mien evaluate`.
enum EvaluateOptions {
  static let data = Option.folder("--data", "DIR", "Folder of the data set.")
  static let split = Option.choice(
    "--split", Split.allCases.map(\.rawValue), "Part of the data set (default: test; val with --search).")
  static let labels = Option.choice(
    "--labels", ["ferplus", "fer2013"], earlier: ["people": "ferplus"],
    "Label set (default: that of the data set, fer2013 but for contempt).")
  static let tta = Option.flag("--tta", "Average over mirror images and shifts: ten views an image.")
  static let eightfold = Option.flag(
    "--tta-eightfold", "Average over eight random views, mirrored or not and turned by up to 30 degrees.")
  static let folds = Option.text(
    "--folds", "subjects:K|images:K", "Judge each fold by the weights that did not see it; MODEL is a run's folder.")
  static let search = Option.choice(
    "--search", ["subsets"], "Choose members: try every subset of the models, on validation data alone.")
  static let combine = Option.choice(
    "--combine", Combination.Rule.allCases.map(\.rawValue),
    "What is combined of models' predictions: probabilities (default) or logits."
  )
  static let weights = Option.list("--weights", "W,…", "A weight for each model (default: equal ones).")
  static let json = Option.file("--json", "F", "Write the figures as JSON; - is standard output.")
  static let confusion = Option.file(
    "--confusion", "F", "Write the confusion matrix: .svg, .png, .pdf or .tex by the name.")
  static let reliability = Option.file(
    "--reliability", "F", "Write the reliability diagram: .svg, .png or .pdf by the name.")
  static let noCache = Option.flag("--no-cache", "Ask the models again, whatever they were asked before.")
  static let threads = Option.integer("--threads", "N", 1...256, "Worker threads (default: one a core).")

  /// In the order of help.
  static let all = [
    data.spec, split.spec, labels.spec, tta.spec, eightfold.spec, folds.spec, search.spec, combine.spec, weights.spec,
    json.spec, confusion.spec, reliability.spec, noCache.spec, threads.spec,
  ]
}

/// What `mien evaluate` was asked for, as values.
struct EvaluateRequest {
  var models: [String]
  var folder: String
  var split: Split
  var labels: LabelSet?
  var views: TestViews
  var folds: [Fold]
  var searches: Bool
  var combination: Combination
  var json: String?
  var confusion: String?
  var reliability: String?
  var cache: AnswerCache?
  var threads: Int

  /// - Throws: `CommandLineError` where options are missing or do not go together.
  init(_ arguments: Arguments) throws(CommandLineError) {
    typealias Given = EvaluateOptions
    guard let folder = arguments[Given.data] else { throw .needs("mien evaluate", Given.data.spec.name) }
    self.folder = folder
    models = arguments.operands[0].split(separator: ",").map(String.init)
    searches = arguments[Given.search] != nil
    split = arguments[Given.split].flatMap(Split.init) ?? (searches ? .val : .test)
    labels = arguments[Given.labels].map { $0 == "ferplus" ? .ferPlus : .fer2013 }
    views = arguments.has(Given.tta) ? .shifts : arguments.has(Given.eightfold) ? .eightfold : .plain
    folds = try EvaluateRequest.folds(arguments)
    combination = Combination(
      arguments[Given.combine].flatMap(Combination.Rule.init) ?? .sum, weights: try EvaluateRequest.weights(arguments))
    (json, confusion) = (arguments[Given.json], arguments[Given.confusion])
    reliability = arguments[Given.reliability]
    cache = arguments.has(Given.noCache) ? nil : .standard
    threads = arguments[Given.threads] ?? processorCount()
    try check(arguments)
  }

  private static func folds(_ arguments: Arguments) throws(CommandLineError) -> [Fold] {
    guard let text = arguments[EvaluateOptions.folds] else { return [] }
    guard let folds = Fold.all(text) else { throw .badFold(EvaluateOptions.folds.spec, text: text) }
    return folds
  }

  private static func weights(_ arguments: Arguments) throws(CommandLineError) -> [Double]? {
    guard let words = arguments[EvaluateOptions.weights] else { return nil }
    let numbers = words.compactMap(Double.init)
    guard numbers.count == words.count else {
      throw .badValue(option: EvaluateOptions.weights.spec, text: words.joined(separator: ","))
    }
    return numbers
  }

  private func check(_ arguments: Arguments) throws(CommandLineError) {
    typealias Given = EvaluateOptions
    if arguments.has(Given.tta), arguments.has(Given.eightfold) {
      throw .conflict(Given.tta.spec.name, Given.eightfold.spec.name)
    }
    if searches, split == .test { throw .searchOnTest }
    if searches, combination.weights != nil { throw .conflict(Given.search.spec.name, Given.weights.spec.name) }
    if folds.isEmpty { return }
    for other in [Given.split.spec, Given.search.spec] where arguments.values[other.name] != nil {
      throw .conflict(Given.folds.spec.name, other.name)
    }
  }
}
