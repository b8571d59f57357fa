import Networks

/// The weights of a network in training with their optimiser and their average over time. One caller at a time.
final class TrainedWeights {
  /// Parameters and running statistics.
  let weights: Weights
  /// Their average; empty where the configuration asks for none.
  let average: Weights
  private let slots: [ParameterSlot]
  private let optimizer: any Optimizer
  private let configuration: TrainingConfiguration

  init(_ graph: Graph, _ weights: Weights, _ gradients: Weights, _ configuration: TrainingConfiguration) {
    (self.weights, self.configuration) = (weights, configuration)
    average = configuration.averaging > 0 ? weights.mapValues { Tensor(shape: $0.shape, Array($0.elements)) } : [:]
    optimizer = configuration.makeOptimizer()
    slots = graph.parameters.compactMap { [optimizer] name, spec in
      guard let gradient = gradients[name] else { return nil }
      return ParameterSlot(
        name: name, value: weights[name]!, gradient: gradient,
        decays: spec.role == .weight || configuration.decayed == .all, moments: optimizer.moments)
    }
  }

  /// The average, or the weights where there is none.
  var best: Weights { average.isEmpty ? weights : average }

  /// What the optimiser remembers, by parameter.
  var moments: [String: [Tensor]] { Dictionary(uniqueKeysWithValues: slots.map { ($0.name, $0.moments) }) }

  /// Clips gradients, moves the weights and their average; `step` counts from 1.
  func update(rate: Double, step: Int, pool: ThreadPool) {
    var scale: Float = 1
    if configuration.clipNorm > 0 { scale = Float(min(1, configuration.clipNorm / (gradientNorm(slots) + 1e-6))) }
    pool.run(parts: slots.count) { part, _ in
      optimizer.update(slots[part], rate: Float(rate), step: step, scale: scale)
    }
    guard configuration.averaging > 0 else { return }
    let pace = 1 - Float(min(configuration.averaging, Double(step) / Double(step + 9)))
    for (name, tensor) in average {
      let (mean, value) = (tensor.elements, weights[name]!.elements)
      for i in mean.indices { mean[i] += pace * (value[i] - mean[i]) }
    }
  }

  /// Takes over a checkpoint's tensors.
  /// - Throws: `RunError.badCheckpoint`.
  func restore(_ weights: Weights, _ average: Weights, _ moments: [String: [Tensor]], file: String) throws {
    try Self.copy(weights, to: self.weights, file)
    try Self.copy(average, to: self.average, file)
    for slot in slots {
      let saved = moments[slot.name] ?? []
      guard saved.map(\.shape) == slot.moments.map(\.shape) else {
        throw RunError.badCheckpoint(file: file, detail: slot.name)
      }
      for (from, to) in zip(saved, slot.moments) { _ = to.elements.update(fromContentsOf: from.elements) }
    }
  }

  private static func copy(_ from: Weights, to: Weights, _ file: String) throws {
    for (name, tensor) in to {
      guard let source = from[name], source.shape == tensor.shape else {
        throw RunError.badCheckpoint(file: file, detail: name)
      }
      _ = tensor.elements.update(fromContentsOf: source.elements)
    }
  }
}
