import Core
import Recognition

/// The output of a model that is judged on a set of labels, and how its logits become theirs.
public struct JudgedHead: Hashable, Sendable {
  /// The graph's name of the head.
  public let name: String
  /// For each label, which of the head's outputs is its logit.
  public let order: [Int]
  /// What logits are divided by before the softmax.
  public let temperature: Double
  /// Classes that the head knows and the labels lack: left out before the softmax.
  public let dropped: [String]

  /// The head of `model` for `labels`: that with just these classes, else the first that knows them among others.
  /// - Throws: `EvaluationError.noHead`.
  public init(_ model: Model, for labels: LabelSet) throws(EvaluationError) {
    let heads = model.heads.filter { Set(labels.names).isSubset(of: $0.labels.names) }
    guard let head = model.head(for: labels) ?? heads.first else {
      throw .noHead(model: model.name, labels: labels.names, heads: model.heads.map(\.labels.names))
    }
    (name, temperature) = (head.name, head.temperature)
    order = head.outputs(for: labels.names)
    dropped = head.labels.names.filter { !labels.names.contains($0) }
  }
}
