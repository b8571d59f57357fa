import Foundation
import Networks
import Recognition
import TestSupport
import Testing
import WeightFiles

private let shipped = TestData.packageRoot.appendingPathComponent("models")

/// A copy of a shipped model whose metadata `edit` changes.
private func changed(_ edit: (inout [String: String]) -> Void) throws -> WeightFile {
  var file = try WeightFile(path: shipped.appendingPathComponent("mien_vgg.safetensors").path)
  edit(&file.metadata)
  return file
}

private func refusal(_ edit: (inout [String: String]) -> Void) throws -> ModelError? {
  do {
    _ = try Model(changed(edit), file: "net")
    return nil
  } catch let error as ModelError { return error }
}

@Test func headsComeInMiensOrder() throws {
  let model = try Model(path: shipped.appendingPathComponent("mien_vgg.safetensors").path)
  #expect(model.name == "mien_vgg")
  #expect(model.heads.map(\.name) == ["classifier", "votes"])
  #expect(model.heads[0].labels == .fer2013 && model.heads[0].order == Array(0..<7))
  #expect(model.heads[1].labels == .ferPlus && model.heads[1].order == [4, 5, 6, 1, 3, 2, 0, 7])
  #expect(model.input == ModelInput(shape: Shape(height: 40, width: 40, channels: 1), crop: 48, mean: [129], std: [65]))
}

@Test func wordsOfOthersAreUnderstood() {
  let head = ModelHead(name: "h", classes: ["Neutral", "happiness", "SADNESS", "anger"])
  #expect(head.labels.names == ["angry", "happy", "sad", "neutral"])
  #expect(head.order == [3, 1, 2, 0])
  let other = ModelHead(name: "h", classes: ["dog", "happy", "cat"])
  #expect(other.labels.names == ["dog", "happy", "cat"] && other.order == [0, 1, 2])
}

@Test func metadataIsChecked() throws {
  #expect(try refusal { $0["format"] = "2" } == .badMetadata(file: "net", key: "format", value: "2"))
  #expect(try refusal { $0["architecture"] = nil } == .badMetadata(file: "net", key: "architecture", value: nil))
  #expect(try refusal { $0["input"] = "1x40" } == .badMetadata(file: "net", key: "input", value: "1x40"))
  #expect(try refusal { $0["input"] = "1x0x9" } == .badMetadata(file: "net", key: "input", value: "1x0x9"))
  #expect(try refusal { $0["std"] = "0" } == .badMetadata(file: "net", key: "std", value: "0"))
  #expect(try refusal { $0["mean"] = "1,2" } == .badMetadata(file: "net", key: "mean", value: "1,2"))
  #expect(try refusal { $0["crop"] = "39" } == .badMetadata(file: "net", key: "crop", value: "39"))
  #expect(
    try refusal { $0["votes_temperature"] = "nan" }
      == .badMetadata(file: "net", key: "votes_temperature", value: "nan"))
  #expect(try refusal { $0["heads"] = "a" } == .badMetadata(file: "net", key: "heads", value: "a"))
  #expect(
    try refusal { $0["votes_classes"] = "a,b" }
      == .classCount(file: "net", head: "votes", classes: 2, outputs: 8))
  guard case .unknownArchitecture(_, "strter", let known) = try refusal({ $0["architecture"] = "strter" }) else {
    Issue.record("an architecture that is not there")
    return
  }
  #expect(known.contains("vgg_small"))
}

@Test func temperatureAndFiguresAreKept() throws {
  let model = try Model(
    changed {
      $0["votes_temperature"] = "1.5"
      $0["classifier_temperature"] = nil
      $0["figure"] = "1"
    }, file: "a/net.safetensors")
  #expect(model.name == "net" && model.heads.map(\.temperature) == [1, 1.5] && model.metadata["figure"] == "1")
}

@Test func inputIsTheMiddleOfTheCrop() {
  let input = ModelInput(shape: Shape(height: 2, width: 2, channels: 2), crop: 4, mean: [0, 1], std: [1, 2])
  var output = [Float](repeating: 0, count: 8)
  input.write(Array(0..<16), to: &output)
  #expect(output == [5, 2, 6, 2.5, 9, 4, 10, 4.5])
}

@Test func modelsAreFoundByName() throws {
  let library = ModelLibrary(folder: shipped)
  #expect(library.names.contains("mien_vgg") && library.names.contains("default"))
  #expect(try !library.paths(["default"]).isEmpty)
  #expect(throws: ModelError.notFound(name: "mien_vg", known: library.names)) { try library.paths(["mien_vg"]) }
}

/// What `default` costs a face, as it is run, is a promise: one and a half times the 139 million of the first one.
@Test func presetsSayHowTheyLook() throws {
  let library = ModelLibrary(folder: shipped)
  let looks = library.looksAtMirrorImages(["default"]) ? 2 : 1
  #expect(try library.load(["default"]).reduce(0) { $0 + $1.graph.macs } * looks <= 208_500_000)
  #expect(library.looksAtMirrorImages(["accurate"]) && library.looksAtMirrorImages(["mien_vgg"]))
  #expect(library.looksAtMirrorImages(["default", "mien_vgg"]))
}

/// The mean of several answers is less sure than each: a preset says by how much to sharpen them.
@Test func presetsHaveTemperaturesOfTheirOwn() throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mien-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let names = ["mien_mask", "mien_res"]
  for name in names.map({ "\($0).safetensors" }) {
    try FileManager.default.copyItem(at: shipped.appendingPathComponent(name), to: folder.appendingPathComponent(name))
  }
  let file = folder.appendingPathComponent("a.json")
  try Data(#"{"members": ["mien_mask", "mien_res"], "temperatures": {"votes": 0.5}}"#.utf8).write(to: file)
  let library = ModelLibrary(folder: folder)
  let alone = try library.load(names).map { $0.heads.map(\.temperature) }
  let together = try library.load(["a"]).map { $0.heads.map(\.temperature) }
  #expect(together == alone.map { [$0[0], $0[1] / 2] } && together.count == 2)
  let again = try library.load(["a", "mien_res", folder.appendingPathComponent("mien_mask.safetensors").path])
  #expect(again.map { $0.heads.map(\.temperature) } == together, "named again, a model counts once")
  try Data(#"{"members": ["mien_mask"], "temperatures": {"votes": 0}}"#.utf8).write(to: file)
  #expect(throws: ModelError.badEnsemble(file: file.path)) { try library.load(["a"]) }
}

@Test func ensemblesThatLeadBackToThemselvesAreRefused() throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mien-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let file = folder.appendingPathComponent("a.json")
  try Data(#"{"members": ["a", "a"]}"#.utf8).write(to: file)
  #expect(throws: ModelError.badEnsemble(file: file.path)) { try ModelLibrary(folder: folder).paths(["a"]) }
}

@Test func resourcesAreLookedForInOrder() {
  let executable = URL(fileURLWithPath: "/opt/mien/bin/mien")
  #expect(
    Resource.models.candidates(executable: executable, environment: [:]).map(\.path) == ["/opt/mien/share/mien/models"])
  #expect(
    Resource.cascades.candidates(executable: executable, environment: ["MIEN_CASCADES": "/c"]).map(\.path) == ["/c"])
  #expect(Resource.models.folder?.lastPathComponent == "models")
}
