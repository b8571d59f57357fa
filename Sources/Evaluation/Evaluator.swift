import Networks
import Recognition
import Training

/// Why models cannot be judged.
public enum EvaluationError: Error, Hashable, Sendable {
  /// A model has no head for the label set; `heads` are the classes that it has.
  case noHead(model: String, labels: [String], heads: [[String]])
  /// The data set has no votes, from which the label set `people` comes.
  case noVotes(folder: String)
}

/// Judges one or several models on grey pictures: their probabilities are summed without weights.
public struct Evaluator {
  private let members: [Member]
  private let labels: LabelSet
  private let views: [Draw]
  private let pool: ThreadPool

  /// Prepares `models` for `labels`; `augmented` averages over mirror images and shifts of two pixels.
  /// - Throws: `EvaluationError.noHead` or `ExecutorError`.
  public init(_ models: [Model], labels: LabelSet, augmented: Bool, pool: ThreadPool) throws {
    (self.labels, self.pool) = (labels, pool)
    members = try models.map { try Member($0, labels, pool) }
    views = augmented ? Draw.flipsAndShifts : [.none]
  }

  /// Judges the pictures of `set` whose `truth` is known.
  public func judge(_ set: FaceDataSet, truth: (Int) -> Int?) -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: labels.names)
    let judged = (0..<set.count).filter { truth($0) != nil }
    for start in stride(from: 0, to: judged.count, by: Member.batch) {
      let indices = Array(judged[start..<min(start + Member.batch, judged.count)])
      let sums = probabilities(set, indices)
      for (place, index) in indices.enumerated() {
        let row = sums[place * labels.names.count..<(place + 1) * labels.names.count]
        let answer = row.indices.max { row[$0] < row[$1] }! - row.startIndex
        matrix.count(truth: truth(index)!, answer: answer)
      }
    }
    return matrix
  }

  /// Probabilities of each picture, summed over models and views.
  private func probabilities(_ set: FaceDataSet, _ indices: [Int]) -> [Double] {
    var sums = [Double](repeating: 0, count: indices.count * labels.names.count)
    for member in members {
      for view in views { member.add(set, indices, view, pool, to: &sums) }
    }
    return sums
  }
}

/// A model ready to run.
private struct Member {
  static let batch = 64
  let executor: Executor
  let head: ModelHead
  let input: ModelInput

  init(_ model: Model, _ labels: LabelSet, _ pool: ThreadPool) throws {
    guard let head = model.head(for: labels) else {
      throw EvaluationError.noHead(model: model.name, labels: labels.names, heads: model.heads.map(\.labels.names))
    }
    (self.head, input) = (head, model.input)
    executor = try Executor(graph: model.graph, weights: model.weights, batch: Self.batch, pool: pool)
  }

  func add(_ set: FaceDataSet, _ indices: [Int], _ view: Draw, _ pool: ThreadPool, to sums: inout [Double]) {
    let cropper = Cropper(source: set.shape, target: input.shape, mean: input.mean[0], deviation: input.std[0])
    let base = executor.input.baseAddress!
    set.pixels.withUnsafeBufferPointer { pixels in
      pool.run(parts: indices.count) { part, _ in
        cropper.crop(
          pixels.baseAddress! + indices[part] * set.shape.count, view, into: base + part * input.shape.count)
      }
    }
    executor.run(batch: indices.count)
    let logits = executor.output(head.name)!
    let classes = head.order.count
    for place in indices.indices {
      let shares = softmax(head.order.map { Double(logits[place * classes + $0]) / head.temperature })
      for c in 0..<classes { sums[place * classes + c] += shares[c] }
    }
  }
}
