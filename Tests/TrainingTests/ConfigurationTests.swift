import Foundation
import TestSupport
import Testing

@testable import Training

private func read(_ json: String) throws -> TrainingConfiguration {
  try TrainingConfiguration(json: Data(json.utf8), file: "configs/fer2013_config.json")
}

@Test func unknownKeysNameTheNearest() {
  #expect(
    throws: ConfigurationError.unknownKey(
      file: "configs/fer2013_config.json", key: "weigth_decay", nearest: "weight_decay")
  ) {
    try read(#"{"weigth_decay": 0.1}"#)
  }
}

@Test(arguments: [
  #"{"lr": "fast"}"#, #"{"batch_size": 1.5}"#, #"{"batch_size": 0}"#, #"{"arch": 18}"#, #"{"optimizer": "adam"}"#,
  #"{"freeze": "conv1"}"#,
])
func valuesOfTheWrongKindAreRefused(_ json: String) {
  let error = #expect(throws: ConfigurationError.self) { try read(json) }
  guard case .wrongValue = error else {
    Issue.record("\(String(describing: error))")
    return
  }
}

@Test func brokenJSONIsRefused() {
  for json in ["{", "[1]", ""] {
    let error = #expect(throws: ConfigurationError.self) { try read(json) }
    guard case .notJSON = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}

/// The public reference system's own file, as it is (MIT, phamquiluan/ResidualMaskingNetwork).
@Test func theReferencesOwnKeysAreRead() throws {
  let configuration = try read(
    """
    {"data_path": "saved/data/fer2013", "image_size": 224, "in_channels": 3, "num_classes": 7, "arch": "alexnet",
     "lr": 0.0001, "weighted_loss": 0, "momentum": 0.9, "weight_decay": 0.001, "distributed": 0, "batch_size": 48,
     "num_workers": 8, "device": "cuda:0", "max_epoch_num": 50, "max_plateau_count": 8, "plateau_patience": 2,
     "steplr": 50, "log_dir": "saved/logs", "checkpoint_dir": "saved/checkpoints", "model_name": "_n"}
    """)
  #expect(configuration.architecture == "alexnet" && configuration.batchSize == 48 && configuration.rate == 0.0001)
  #expect(try read("{}").dataPath == "saved/data/fer2013")
}

@Test func shippedConfigurationsAreRead() throws {
  let folder = TestData.packageRoot.appendingPathComponent("configs")
  let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
  #expect(files.count > 3)
  for file in files { _ = try TrainingConfiguration(file: folder.appendingPathComponent(file).path) }
}

@Test func theDocumentationListsEveryKey() throws {
  let page = try String(contentsOf: TestData.packageRoot.appendingPathComponent("docs/training.md"), encoding: .utf8)
  for key in ConfigurationKey.table {
    #expect(page.contains("| `\(key.name)` |") && page.contains(key.summary), "\(key.name)")
  }
}
