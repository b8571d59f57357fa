import Evaluation
import Foundation
import Networks
import Recognition
import Training

/// Carries out one `mien evaluate`.
struct EvaluateRun {
  private let request: EvaluateRequest
  private let evaluator: Evaluator
  private let labels: LabelSet
  private let set: FaceDataSet

  /// Reads the data set; no model is asked yet.
  init(_ request: EvaluateRequest) throws {
    try EvaluationPictures.check(request)
    self.request = request
    let folder = DataFolder(path: request.folder, classes: LabelSet.people.names, decode: PictureFile.grey)
    set = try request.folds.first.map { try folder.loadAll(for: $0.kind) } ?? folder.load(request.split)
    labels = request.labels ?? set.ownLabels
    evaluator = Evaluator(
      labels: labels, views: request.views, pool: ThreadPool(threads: request.threads), cache: request.cache)
  }

  func run() throws {
    var dropped: [String: [String]] = [:]
    let panel = try request.folds.isEmpty ? whole(&dropped) : folded(&dropped)
    var members = panel
    var search: SubsetSearch?
    if request.searches {
      search = try SubsetSearch(panel.members, truth: panel.truth, request.combination.rule)
      members = Panel(truth: panel.truth, members: search!.chosen(from: panel.members))
    }
    var result = try EvaluationResult(members, request.combination, views: request.views)
    (result.search, result.dropped) = (search, dropped.isEmpty ? nil : dropped)
    try EvaluationPictures(request).write(result)
    try show(result)
  }

  private func whole(_ dropped: inout [String: [String]]) throws -> Panel {
    try panel(ModelLibrary().load(request.models), set, &dropped)
  }

  private func folded(_ dropped: inout [String: [String]]) throws -> Panel {
    let parts = try request.folds.map { fold in
      let models = try request.models.flatMap { try FoldedModel($0).models(for: fold) }
      return (fold: fold, panel: try panel(models, fold.split(set).held, &dropped))
    }
    return Panel(parts)
  }

  private func panel(_ models: [Model], _ set: FaceDataSet, _ dropped: inout [String: [String]]) throws -> Panel {
    let (judged, truth) = try set.judged(by: labels, folder: request.folder)
    let members = try models.map { model in
      let head = try JudgedHead(model, for: labels)
      if !head.dropped.isEmpty { dropped[model.name] = head.dropped }
      defer { if Terminal.isWatched { Terminal.complain("\r\u{1B}[K") } }
      return try evaluator.answers(model, judged) { done in
        if Terminal.isWatched {
          Terminal.complain("\r\(shown(model.name)): \(done) of \(judged.count) pictures\u{1B}[K")
        }
      }
    }
    return Panel(truth: truth, members: members)
  }

  private func show(_ result: EvaluationResult) throws {
    try request.json.map { try JSONFigures.write(result, to: $0) }
    guard request.json != "-" else { return }
    try Terminal.print(shownLines(EvaluationText(result).text))
  }
}

/// A model of which every fold has weights of its own: the folder of a run. A file, or a name, stands for all folds.
private struct FoldedModel {
  private let name: String

  init(_ name: String) { self.name = name }

  /// The models to judge the pictures that `fold` holds out.
  func models(for fold: Fold) throws -> [Model] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), isFolder.boolValue else {
      return try ModelLibrary().load([name]).map { try checked($0, fold, file: name) }
    }
    let file = "\(name)/\(fold.folder)/best.safetensors"
    guard FileManager.default.fileExists(atPath: file) else {
      throw EvaluationError.missingFold(folder: name, fold: fold.description)
    }
    var model = try checked(Model(path: file), fold, file: file)
    guard model.metadata["fold"] != nil else {
      throw EvaluationError.otherFold(file: file, needed: fold.description, found: nil)
    }
    model.name = URL(fileURLWithPath: name).lastPathComponent
    return [model]
  }

  /// A file that says which fold it was made for must say this one.
  private func checked(_ model: Model, _ fold: Fold, file: String) throws -> Model {
    guard let found = model.metadata["fold"], found != fold.description else { return model }
    throw EvaluationError.otherFold(file: file, needed: fold.description, found: found)
  }
}
