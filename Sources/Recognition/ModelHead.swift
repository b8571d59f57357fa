import Core
import Glibc

/// An output of a model as people read it.
public struct ModelHead: Hashable, Sendable {
  /// The graph's name of it: `classifier`, `predictions`.
  public var name: String
  /// Classes in the order in which they are shown: Mien's where all are expressions that Mien knows, else the file's.
  public var labels: LabelSet
  /// For each label, which of the network's outputs is its logit.
  public var order: [Int]
  /// What logits are divided by before the softmax (calibration); above 0.
  public var temperature: Double

  /// A head whose outputs stand for `classes`, in the network's order and in anyone's words.
  public init(name: String, classes: [String], temperature: Double = 1) {
    let named = classes.map(LabelSet.expression)
    let places = named.map { LabelSet.ferPlus.names.firstIndex(of: $0) }
    let known = !places.contains(nil) && Set(places).count == classes.count
    self.name = name
    order = known ? classes.indices.sorted { places[$0]! < places[$1]! } : Array(classes.indices)
    labels = LabelSet(order.map { known ? named[$0] : classes[$0] })
    self.temperature = temperature
  }

  /// For each of `names`, which the head must know, which of the network's outputs is its logit.
  public func outputs(for names: [String]) -> [Int] { names.map { order[labels.names.firstIndex(of: $0)!] } }

  /// Calibrated probabilities: the softmax of `logits`, in their order.
  public func probabilities(_ logits: some Collection<Float>) -> [Double] {
    let most = Double(logits.max() ?? 0) / temperature
    var powers: [Double] = []
    powers.reserveCapacity(logits.count)
    for logit in logits { powers.append(exp(Double(logit) / temperature - most)) }
    let sum = powers.reduce(0, +)
    for place in powers.indices { powers[place] /= sum }
    return powers
  }
}

extension LabelSet {
  /// Mien's word for what a data set or network calls `name`; `name` itself where it is no expression.
  public static func expression(_ name: String) -> String {
    let word = name.lowercased()
    return synonyms.first { $0.key == word || $0.value.contains(word) }?.key ?? name
  }

  private static let synonyms: [String: Set<String>] = [
    "angry": ["anger"], "disgust": ["disgusted"], "fear": ["fearful", "afraid", "scared"],
    "happy": ["happiness", "joy"], "sad": ["sadness"], "surprise": ["surprised"], "neutral": ["calm"],
    "contempt": ["contemptuous"],
  ]
}
