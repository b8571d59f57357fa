import Core
import Evaluation
import Foundation
import Media
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
    try EvaluationCharts.check(request)
    self.request = request
    let folder = DataFolder(
      path: request.folder, classes: LabelSet.ferPlus.names, decode: ImageFile.grey, isImage: MediaLocations.isMedia)
    set = try request.folds.first.map { try folder.loadAll(for: $0.kind) } ?? folder.load(request.split)
    DataNotes.show(set)
    labels = request.labels ?? set.ownLabels
    evaluator = Evaluator(
      labels: labels, views: request.views, pool: ThreadPool.shared(threads: request.threads), cache: request.cache)
  }

  func run() throws {
    var notes = ModelNotes()
    let panel = try request.folds.isEmpty ? whole(&notes) : folded(&notes)
    var members = panel
    var search: SubsetSearch?
    if request.searches {
      search = try SubsetSearch(panel.members, truth: panel.truth, request.combination.rule)
      members = EvaluationPanel(truth: panel.truth, members: search!.chosen(from: panel.members))
    }
    var result = try EvaluationResult(members, request.combination, views: request.views)
    result.search = search
    notes.add(to: &result)
    try EvaluationCharts(request).write(result)
    try show(result)
  }

  private func whole(_ notes: inout ModelNotes) throws -> EvaluationPanel {
    let (members, repeated) = try ModelLibrary().members(of: request.models)
    sayOnce(repeated)
    return try panel(members.map { try $0.model() }, set, &notes)
  }

  private func folded(_ notes: inout ModelNotes) throws -> EvaluationPanel {
    let (models, repeated) = try FoldedModel.all(request.models)
    sayOnce(repeated)
    let parts = try request.folds.map { fold in
      let held = try fold.split(set).held
      return (fold: fold, panel: try panel(models.map { try $0.model(for: fold, held) }, held, &notes))
    }
    return EvaluationPanel(parts)
  }

  private func sayOnce(_ repeated: [String]) {
    for file in repeated { Terminal.printToStandardError("mien: \(sentence(named: file))\n") }
  }

  private func panel(_ models: [Model], _ set: FaceDataSet, _ notes: inout ModelNotes) throws -> EvaluationPanel {
    let (judged, truth) = try set.judged(by: labels, folder: request.folder)
    let members = try models.map { model in
      notes.add(model, try JudgedHead(model, for: labels), judged)
      defer { if Terminal.isWatched { Terminal.printToStandardError("\r\u{1B}[K") } }
      return try evaluator.answers(model, judged) { done in
        if Terminal.isWatched {
          Terminal.printToStandardError("\r\(shown(model.name)): \(done) of \(judged.count) images\u{1B}[K")
        }
      }
    }
    return EvaluationPanel(truth: truth, members: members)
  }

  private func show(_ result: EvaluationResult) throws {
    try request.json.map { try JSONFigures.write(result, to: $0) }
    guard request.json != "-" else { return }
    try Terminal.print(shownLines(EvaluationText(result).text))
  }
}
