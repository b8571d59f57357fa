import Networks
import Recognition
import Training

/// Asks models about grey pictures.
public struct Evaluator {
  private let labels: LabelSet
  private let views: TestViews
  private let pool: ThreadPool
  private let cache: AnswerCache?

  /// Asks for `labels`. Answers that `cache` has are taken from it, others are kept there.
  public init(labels: LabelSet, views: TestViews, pool: ThreadPool, cache: AnswerCache?) {
    (self.labels, self.views, self.pool, self.cache) = (labels, views, pool, cache)
  }

  /// What `model` says of each picture of `set`; `progress` is told how many are done.
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
    let batch = max(1, min(64, 64 * 48 * 48 / model.input.shape.pixels))
    let executor = try Executor(graph: model.graph, weights: model.weights, batch: batch, pool: pool)
    let jobs = set.count * views.count
    var logits: [Float] = []
    logits.reserveCapacity(jobs * head.order.count)
    for start in stride(from: 0, to: jobs, by: batch) {
      let part = start..<min(start + batch, jobs)
      fill(executor.input, model.input, set, part)
      executor.run(batch: part.count)
      let output = executor.output(head.name)!
      let width = output.count / batch
      for job in 0..<part.count { logits += head.order.map { output[job * width + $0] } }
      progress(part.upperBound / views.count)
    }
    guard logits.allSatisfy(\.isFinite) else { throw EvaluationError.notFinite(model: model.name) }
    return logits
  }

  /// Writes views `part`, counted over all pictures, as the network sees them.
  private func fill(
    _ target: UnsafeMutableBufferPointer<Float>, _ input: ModelInput, _ set: FaceDataSet, _ part: Range<Int>
  ) {
    let cropper = Cropper(source: set.shape, target: input.shape, mean: input.mean[0], deviation: input.std[0])
    let base = target.baseAddress!
    set.pixels.withUnsafeBufferPointer { pixels in
      pool.run(parts: part.count) { place, _ in
        let (picture, view) = (part.lowerBound + place).quotientAndRemainder(dividingBy: views.count)
        cropper.crop(
          pixels.baseAddress! + picture * set.shape.count, views.draw(picture: picture, view: view),
          into: base + place * input.shape.count)
      }
    }
  }
}
