import Core
import Foundation
import WeightFiles

/// The files of a run: logs in one folder; `last.safetensors` (to go on from), `best.safetensors` (a model) and `run.json`
/// (configuration, seed, program version and figures) in the other.
struct RunFolder {
  let logs: String
  let checkpoints: String

  init(_ configuration: TrainingConfiguration) {
    logs = configuration.logFolder + "/" + configuration.modelName
    checkpoints = configuration.checkpointFolder + "/" + configuration.modelName
  }

  /// The checkpoint to go on from.
  var last: String { checkpoints + "/last.safetensors" }
  /// The model with the best validation accuracy.
  var best: String { checkpoints + "/best.safetensors" }
  var record: String { checkpoints + "/run.json" }

  /// Makes the folder.
  func make() throws(RunError) { try makeFolder(checkpoints) }

  /// Makes the folder and begins the curves.
  func begin() throws(RunError) -> EventWriter {
    try make()
    return try EventWriter(folder: logs, suffix: "mien.\(getpid())")
  }

  /// What a number can be traced back to.
  private struct Record: Encodable {
    let program: String
    let architecture: String
    let seed: Int
    let configuration: [String: String]
    let trainingImages: Int
    let validationImages: Int
    let epochs: [EpochFigures]
  }

  func writeRecord(_ trainer: Trainer) throws {
    let record = Record(
      program: trainer.configuration.program, architecture: trainer.configuration.architecture,
      seed: trainer.configuration.seed, configuration: trainer.configuration.given,
      trainingImages: trainer.train.count, validationImages: trainer.validation.count, epochs: trainer.history)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let bytes = [UInt8](try encoder.encode(record))
    do { try PendingFile.write(bytes, to: self.record) } catch { throw RunError.unwritable(file: self.record) }
  }

  /// Writes the averaged weights as a model that says all about itself.
  func writeModel(_ trainer: Trainer, _ figures: EpochFigures) throws {
    let needed = Set(trainer.graph.forInference().parameters.map(\.name))
    let file = WeightFile(
      weights: trainer.trained.best.filter { needed.contains($0.key) }, metadata: trainer.metadata(figures))
    try file.write(safetensors: best)
  }
}

/// Makes the folder at `path` with those above it.
func makeFolder(_ path: String) throws(RunError) {
  for end in path.indices.dropFirst().filter({ path[$0] == "/" }) + [path.endIndex] {
    guard mkdir(String(path[..<end]), 0o777) != 0, errno != EEXIST else { continue }
    throw .uncreatable(folder: path, errno: errno)
  }
  guard FileName.isFolder(path) else {
    throw .uncreatable(folder: path, errno: ENOTDIR)
  }
}

extension Trainer {
  /// The keys that describe the model to `Model`, and where it comes from.
  func metadata(_ figures: EpochFigures) -> [String: String] {
    let heads = graph.heads.filter { !$0.trainingOnly && ($0.name != "votes" || configuration.votesWeight > 0) }
    var words = [
      "format": "1", "architecture": configuration.architecture,
      "input": "\(graph.input.channels)x\(graph.input.height)x\(graph.input.width)",
      "mean": "\(configuration.mean)", "std": "\(configuration.deviation)",
      "heads": heads.map(\.name).joined(separator: ","), "classes": classNames.joined(separator: ","),
      "epoch": "\(figures.epoch)", "seed": "\(configuration.seed)",
      "validation_accuracy": String(format: "%.2f", figures.accuracy),
    ]
    words["votes_classes"] = votesHead == nil ? nil : LabelSet.ferPlus.names.joined(separator: ",")
    words["validation_votes_accuracy"] = figures.votesAccuracy.map { String(format: "%.2f", $0) }
    words["fold"] = configuration.given["fold"]
    words["training"] = configuration.summary
    return words.merging(trainedOn.words) { $1 }
  }

  private var classNames: [String] { configuration.classNames }
}

extension TrainingConfiguration {
  /// The given keys in a line.
  var summary: String {
    given.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  /// Names of the main head's classes: FER2013's seven, the eight with contempt, or numbers.
  public var classNames: [String] {
    switch classCount {
    case 7: LabelSet.fer2013.names
    case 8: LabelSet.ferPlus.names
    default: (0..<classCount).map { "class\($0)" }
    }
  }
}

extension TrainingConfiguration {
  /// Where the checkpoint is from which `--resume` goes on.
  public var lastCheckpoint: String { RunFolder(self).last }

  /// Folder of the run's weights.
  public var runFolder: String { RunFolder(self).checkpoints }

  /// Folder of the run's curves.
  public var runLogs: String { RunFolder(self).logs }

  /// The run's files that are there.
  public var runFiles: [String] { RunFolder(self).files.filter(FileManager.default.fileExists) }
}
