import Foundation
import TestSupport
import Testing

@testable import Training

private func read(_ json: String) throws -> TrainingConfiguration {
  try TrainingConfiguration(json: Data(json.utf8), file: "configs/fer2013_config.json")
}

/// Slips are told by their letters, other programs' words by a table; what is like nothing gets no advice.
@Test(arguments: [
  ("weigth_decay", "weight_decay"), ("learning_rate", "lr"), ("learningRate", "lr"), ("epochs", "max_epoch_num"),
  ("num_epochs", "max_epoch_num"), ("batch", "batch_size"), ("batchSize", "batch_size"), ("model", "arch"),
  ("name", "model_name"), ("data", "data_path"), ("patience", "max_plateau_count"), ("optimiser", "optimizer"),
  ("scheduler", "schedule"), ("img_size", "image_size"), ("random_seed", "seed"), ("xyzzy", nil), ("loss", nil),
  ("foo", nil),
])
func unknownKeysNameTheOneThatIsMeant(key: String, nearest: String?) {
  let file = "configs/fer2013_config.json"
  #expect(throws: ConfigurationError.unknownKey(file: file, line: 3, key: key, nearest: nearest)) {
    try read("{\n\"lr\": 0.1,\n\"\(key)\" : 1\n}")
  }
}

@Test func otherWordsStandForKeysThatExist() {
  let words = ConfigurationKey.otherWords.flatMap(\.words)
  #expect(Set(words).count == words.count)
  for (key, words) in ConfigurationKey.otherWords {
    #expect(ConfigurationKey.named(key) != nil, "\(key)")
    for word in words {
      #expect(ConfigurationKey.named(word) == nil && ConfigurationKey.meant(by: word) == key, "\(word)")
    }
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

@Test func brokenJSONIsRefusedWhereItBreaks() {
  let file = "configs/fer2013_config.json"
  let cases: [(String, ConfigurationError)] = [
    ("{", .notJSON(file: file, line: 1, near: "")), ("", .notJSON(file: file, line: 1, near: "")),
    ("{\n\"lr\": 1\n", .notJSON(file: file, line: 3, near: "")), ("[1]", .notAnObject(file: file)),
    ("{\n\"lr\": 1,\nlr: 2}", .notJSON(file: file, line: 3, near: "lr: 2}")),
    ("{\n\"lr\": 1\n\"seed\": 2}", .notJSON(file: file, line: 3, near: "\"seed\": 2}")),
    (
      "{\n\n\"lr\": \"fast\"}",
      .wrongValue(
        file: file, line: 3, key: "lr", value: "fast", expected: .number(0...100))
    ),
  ]
  for (json, error) in cases { #expect(throws: error) { try read(json) } }
}

@Test func theCommandLineGivesKeysOtherValues() throws {
  var configuration = try read(#"{"lr": 0.1, "max_epoch_num": 5}"#)
  #expect(
    configuration.set("lr", to: NSNumber(value: 0.5)) && !configuration.set("max_epoch_num", to: NSNumber(value: 0)))
  #expect(configuration.rate == 0.5 && configuration.epochs == 5)
  // As a file that says so.
  #expect(configuration.given == (try read(#"{"lr": 0.5, "max_epoch_num": 5}"#)).given)
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
