import Core
import Networks
import Recognition
import Training

/// Asks models about grey images.
public struct Evaluator {
  private let labels: LabelSet
  private let views: TestViews
  private let pool: ThreadPool
  private let cache: AnswerCache?

  /// Asks for `labels`. Answers that `cache` has are taken from it, others are kept there.
  public init(labels: LabelSet, views: TestViews, pool: ThreadPool, cache: AnswerCache?) {
    (self.labels, self.views, self.pool, self.cache) = (labels, views, pool, cache)
  }

  /// What `model` says of each image of `set`; `progress` is told how many are done.
  /// - Throws: `EvaluationError.noHead`, `.notFinite`, or `ExecutorError` where weights do not fit.
  public func answers(
    _ model: Model, _ set: FaceDataSet, progress: (Int) -> Void = { _ in }
  ) throws -> Answers {
    let head = try JudgedHead(model, for: labels)
    let key = cache.map { _ in AnswerCache.key(model, head, set, views) }
    let count = set.count * views.count * labels.names.count
    var logits = key.flatMap { cache!.logits($0, count: count) }
    if logits == nil {
      logits = try ask(model, head, set, progress)
      if let key { cache!.keep(logits!, key) }
    }
    return Answers(
      model: model.name, labels: labels, views: views.count, logits: logits!, temperature: head.temperature)
  }

  private func ask(
    _ model: Model, _ head: JudgedHead, _ set: FaceDataSet, _ progress: (Int) -> Void
  ) throws -> [Float] {
    let views = views
    let answers = try model.logits(of: [head.name], on: set, views: views.count, pool: pool, progress: progress) {
      views.draw(image: $0, view: $1)
    }[0]
    guard answers.allSatisfy(\.isFinite) else { throw EvaluationError.notFinite(model: model.name) }
    let width = answers.count / (set.count * views.count)
    return stride(from: 0, to: answers.count, by: width).flatMap { row in head.order.map { answers[row + $0] } }
  }
}
