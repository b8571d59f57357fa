import Core
import Networks

/// A network with its weights and all that is needed to use it, as one `.safetensors` file describes it.
public struct Model: Sendable {
  /// What people call it: the file's name without its extension.
  public var name: String
  /// The network, for inference.
  public var graph: Graph { didSet { packed = PackedParameters() } }
  /// Its parameters by name; mapped files are read-only.
  public var weights: Weights { didSet { packed = PackedParameters() } }
  /// What it sees.
  public var input: ModelInput
  /// What it says; the first is the main one.
  public var heads: [ModelHead]
  /// All that the file says about itself: figures, training configuration, source.
  public var metadata: [String: String]
  /// What executors of this model share.
  public private(set) var packed = PackedParameters()

  /// All fields.
  public init(
    name: String, graph: Graph, weights: Weights, input: ModelInput, heads: [ModelHead],
    metadata: [String: String] = [:]
  ) {
    self.name = name
    self.graph = graph
    self.weights = weights
    self.input = input
    self.heads = heads
    self.metadata = metadata
  }

  /// The head whose classes are `labels`; nil where there is none.
  public func head(for labels: LabelSet) -> ModelHead? { heads.first { $0.labels == labels } }
}
