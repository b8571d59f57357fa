import Networks
import WeightFiles

/// What a run took from the file that `pretrained` names.
public struct AdoptedWeights: Hashable, Sendable {
  /// The file.
  public var file: String
  /// The network that begins with them.
  public var architecture: String
  /// Tensors taken.
  public var taken: Int
  /// Tensors that the network has.
  public var needed: Int
  /// Those that were not in the file, not in the network, or of another shape.
  public var rest: WeightMismatch
}

extension TrainingConfiguration {
  /// Writes those weights of `pretrained` into `weights` whose names and shapes fit; what does not fit stays random (a head
  /// for other classes). Nil where nothing is named.
  /// - Throws: `RunError.badPretrained` where less than half fits of both the file and the network.
  func adoptPretrained(_ weights: Weights, _ graph: Graph) throws -> AdoptedWeights? {
    guard !pretrained.isEmpty else { return nil }
    let file = try WeightFile(path: pretrained)
    let (fitting, rest) = file.fitting(graph)
    let adopted = AdoptedWeights(
      file: pretrained, architecture: architecture, taken: fitting.count, needed: weights.count, rest: rest)
    let given = fitting.count + rest.extra.count + rest.misshapen.count
    guard 2 * fitting.count >= min(weights.count, given), !fitting.isEmpty else {
      throw RunError.badPretrained(adopted)
    }
    for (name, tensor) in fitting { _ = weights[name]?.elements.update(fromContentsOf: tensor.elements) }
    return adopted
  }

  /// What weights that learn from `train` will have seen: also what those saw that they begin or learn from.
  /// - Throws: `RunError.heldOutSeen` where that is some of what a fold holds out.
  func trainedOn(_ train: FaceDataSet, _ validation: FaceDataSet) throws -> TrainedOn {
    let sources = teachers + (pretrained.isEmpty ? [] : [pretrained])
    let inherited = try sources.compactMap { file in
      try TrainedOn(metadata: WeightFile(path: file).metadata).map { (file: file, seen: $0) }
    }
    if let fold = given["fold"].flatMap({ Fold($0) }) {
      for (file, seen) in inherited {
        let count = seen.seen(in: validation, people: fold.kind == .subjects)
        guard count == 0 else {
          throw RunError.heldOutSeen(file: file, fold: fold.description, images: count, of: validation.count)
        }
      }
    }
    return TrainedOn(train).union(inherited.map(\.seen))
  }
}
