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
    try EvaluationPictures.check(request)
    self.request = request
    let folder = DataFolder(
      path: request.folder, classes: LabelSet.people.names, decode: PictureFile.grey, isPicture: MediaLocations.isMedia)
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
      members = Panel(truth: panel.truth, members: search!.chosen(from: panel.members))
    }
    var result = try EvaluationResult(members, request.combination, views: request.views)
    result.search = search
    notes.add(to: &result)
    try EvaluationPictures(request).write(result)
    try show(result)
  }

  private func whole(_ notes: inout ModelNotes) throws -> Panel {
    let (members, repeated) = try ModelLibrary().members(of: request.models)
    sayOnce(repeated)
    return try panel(members.map { try $0.model() }, set, &notes)
  }

  private func folded(_ notes: inout ModelNotes) throws -> Panel {
    let (models, repeated) = try FoldedModel.all(request.models)
    sayOnce(repeated)
    let parts = try request.folds.map { fold in
      let held = try fold.split(set).held
      return (fold: fold, panel: try panel(models.map { try $0.model(for: fold, held) }, held, &notes))
    }
    return Panel(parts)
  }

  private func sayOnce(_ repeated: [String]) {
    for file in repeated { Terminal.complain("mien: \(sentence(named: file))\n") }
  }

  private func panel(_ models: [Model], _ set: FaceDataSet, _ notes: inout ModelNotes) throws -> Panel {
    let (judged, truth) = try set.judged(by: labels, folder: request.folder)
    let members = try models.map { model in
      notes.add(model, try JudgedHead(model, for: labels), judged)
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
