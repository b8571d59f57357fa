import Core
import Networks

/// Why models cannot prediction together.
public enum EnsembleError: Error, Hashable, Sendable {
  /// No head of `model` has the classes asked for.
  case noHead(model: String, labels: [String], heads: [[String]])
  /// The models have no set of classes in common.
  case labelsDiffer(models: [String])
  /// A network gave numbers that are none: its weights are damaged.
  case notFinite(model: String)
}

/// Networks that prediction: the unweighted mean of their calibrated probabilities of each face and, if wanted, of its mirror image.
///
/// `@unchecked Sendable`: a network is used by one thread at a time; different networks may run on different threads.
public final class Ensemble: ExpressionEnsemble, @unchecked Sendable {
  public let labels: LabelSet
  public let cropSizes: [Int]
  /// Faces, or mirror images of them, that go through a network together.
  public static let batch = 4
  /// As it is, and its mirror image where that is looked at.
  public let views: Int
  private let members: [Member]

  /// Networks ready to run on `threads` threads.
  /// - Parameter labels: the classes wanted; nil: what people see, else what the networks have in common.
  /// - Parameter looksAtMirrorImages: each network looks at a face's mirror image, too, for twice the time.
  /// - Throws: `EnsembleError`, or `ExecutorError` where weights do not fit.
  public init(_ models: [Model], labels: LabelSet? = nil, looksAtMirrorImages: Bool = true, threads: Int = 1) throws {
    precondition(!models.isEmpty)
    let chosen = try labels ?? Ensemble.commonLabels(models)
    let sizes = Set(models.map(\.input.crop)).sorted()
    let pool = ThreadPool.shared(threads: threads)
    members = try models.map { try Member($0, labels: chosen, size: sizes.firstIndex(of: $0.input.crop)!, pool: pool) }
    self.labels = chosen
    cropSizes = sizes
    views = looksAtMirrorImages ? 2 : 1
  }

  /// Probabilities of each face, in the order of `labels`; each sums to 1. For each face `crops` holds one frame for each of `cropSizes`:
  /// rows of full-range grey, packed.
  public func classify(_ crops: [[[UInt8]]]) throws -> [[Double]] {
    var sums = Array(repeating: Array(repeating: 0.0, count: labels.names.count), count: crops.count)
    let repeated = crops.flatMap { Array(repeating: $0, count: views) }
    let ways = crops.flatMap { _ in 0..<views }
    for member in members.indices {
      for (look, predictions) in try predict(member, on: repeated, views: ways).enumerated() {
        for (place, prediction) in predictions.enumerated() { sums[look / views][place] += prediction }
      }
    }
    return sums.map { $0.map { $0 / Double(members.count * views) } }
  }

  /// What the models are called, in order.
  public var memberNames: [String] { members.map(\.name) }

  /// Network `member`'s probabilities of each face.
  public func predict(_ member: Int, on crops: [[[UInt8]]]) throws -> [[Double]] {
    try predict(member, on: crops, views: Array(repeating: 0, count: crops.count))
  }

  /// Network `member`'s probabilities of each face as it is (view 0), or of its mirror image (view 1).
  public func predict(_ member: Int, on crops: [[[UInt8]]], views: [Int]) throws -> [[Double]] {
    var predictions: [[Double]] = []
    predictions.reserveCapacity(crops.count)
    for start in stride(from: 0, to: crops.count, by: Ensemble.batch) {
      let range = start..<min(start + Ensemble.batch, crops.count)
      try members[member].predict(crops[range], views[range], into: &predictions)
    }
    return predictions
  }

  /// The people's set where every model has it, else the first of the first model's that all have.
  private static func commonLabels(_ models: [Model]) throws(EnsembleError) -> LabelSet {
    let wanted = [LabelSet.ferPlus] + models[0].heads.map(\.labels)
    let common = wanted.first { labels in models.allSatisfy { $0.head(for: labels) != nil } }
    guard let common else { throw .labelsDiffer(models: models.map(\.name)) }
    return common
  }
}

/// One network of an ensemble.
private final class Member {
  let name: String
  private let executor: Executor
  private let input: ModelInput
  private let head: ModelHead
  private let size: Int

  init(_ model: Model, labels: LabelSet, size: Int, pool: ThreadPool) throws {
    guard let head = model.head(for: labels) else {
      throw EnsembleError.noHead(model: model.name, labels: labels.names, heads: model.heads.map(\.labels.names))
    }
    (name, input, self.head, self.size) = (model.name, model.input, head, size)
    // One face is the rule; kernels that are best for four would take three times the memory.
    executor = try Executor(
      graph: model.graph, weights: model.weights, batch: Ensemble.batch, usual: 1, pool: pool, packed: model.packed)
  }

  /// Adds each face's probabilities in the order of the head's labels to `predictions`.
  func predict(
    _ faces: ArraySlice<[[UInt8]]>, _ views: ArraySlice<Int>, into predictions: inout [[Double]]
  ) throws(EnsembleError) {
    for (place, (face, view)) in zip(faces, views).enumerated() {
      input.write(
        face[size], isMirrored: view == 1, to: executor.input.baseAddress! + place * input.shape.count)
    }
    executor.run(batch: faces.count)
    let logits = executor.output(head.name)!
    let classes = head.order.count
    for face in 0..<faces.count {
      let prediction = head.probabilities(head.order.lazy.map { logits[face * classes + $0] })
      guard prediction.allSatisfy(\.isFinite) else { throw .notFinite(model: name) }
      predictions.append(prediction)
    }
  }
}
