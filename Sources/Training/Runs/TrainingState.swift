import Foundation
import Networks
import WeightFiles

/// All that a run needs besides its configuration to go on as if it had never stopped.
struct TrainingState: Codable {
  /// Epoch in progress, from 0.
  var epoch = 0
  /// Steps of the epoch that are done.
  var step = 0
  /// Sum of the epoch's losses, one an image.
  var lossSum = 0.0
  /// Right answers in the epoch so far.
  var correct = 0
  /// Images of the epoch so far.
  var seen = 0
  /// Best accuracy so far, percent.
  var best = -1.0
  /// Epochs since then.
  var plateau = 0
  /// Memory of the plateau schedule.
  var schedule: Plateau
  /// Figures of every epoch.
  var history: [EpochFigures] = []
  /// Metadata of `TrainedOn`; nil in checkpoints of before.
  var trainedOn: [String: String]?
  /// Whether the run has ended.
  var ended = false
}

/// A run's state on disk: one safetensors file with weights, their average, the optimiser's moments and where it stands.
struct Checkpoint<State: Codable> {
  var weights: Weights
  var average: Weights
  var moments: [String: [Tensor]]
  var state: State
  /// Configuration as given, for comparison.
  var given: [String: String]

  /// Writes `path`, whole or not at all.
  func write(_ path: String) throws {
    var all: Weights = [:]
    for (name, tensor) in weights { all["weights/" + name] = tensor }
    for (name, tensor) in average { all["average/" + name] = tensor }
    for (name, tensors) in moments {
      for (index, tensor) in tensors.enumerated() { all["moment\(index)/" + name] = tensor }
    }
    let metadata = ["format": "mien-checkpoint-1", "state": try json(state), "configuration": try json(given)]
    try WeightFile(weights: all, metadata: metadata).write(safetensors: path)
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Reads `path`.
  init(path: String) throws {
    let file = try WeightFile(path: path)
    guard file.metadata["format"] == "mien-checkpoint-1", let state = file.metadata["state"],
      let given = file.metadata["configuration"]
    else { throw RunError.badCheckpoint(file: path, detail: "metadata of another kind") }
    do {
      self.state = try JSONDecoder().decode(State.self, from: Data(state.utf8))
      self.given = try JSONDecoder().decode([String: String].self, from: Data(given.utf8))
    } catch {
      throw RunError.badCheckpoint(file: path, detail: "state cannot be decoded")
    }
    (weights, average, moments) = ([:], [:], [:])
    for (name, tensor) in file.weights.sorted(by: { $0.key < $1.key }) { sort(name, tensor) }
  }

  init(
    weights: Weights, average: Weights, moments: [String: [Tensor]], state: State, given: [String: String]
  ) {
    (self.weights, self.average, self.moments) = (weights, average, moments)
    (self.state, self.given) = (state, given)
  }

  private mutating func sort(_ name: String, _ tensor: Tensor) {
    let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return }
    switch parts[0] {
    case "weights": weights[parts[1]] = tensor
    case "average": average[parts[1]] = tensor
    default: moments[parts[1], default: []].append(tensor)
    }
  }
}
