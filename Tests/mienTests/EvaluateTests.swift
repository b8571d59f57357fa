import Foundation
import TestSupport
import Testing
import mien

/// A data set of noise: `count` images, labels in turn, subjects of three images each.
private func csv(_ count: Int, classes: Int = 7, size: Int = 48) -> String {
  var text = "emotion,pixels,subject\n"
  var state: UInt64 = 7
  for image in 0..<count {
    let pixels = (0..<size * size).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return String(state >> 56)
    }
    text += "\(image % classes),\(pixels.joined(separator: " ")),S\(image / 3)\n"
  }
  return text
}

/// Runs `mien evaluate` with a cache of its own.
private func evaluate(_ scratch: Scratch, _ arguments: [String]) throws -> Program.Outcome {
  let words = ["XDG_CACHE_HOME=\(scratch.path("cache"))", Program.path, "evaluate"] + arguments
  return try Program.run("/usr/bin/env", words, in: scratch.folder)
}

private func evaluate(_ scratch: Scratch, _ arguments: String...) throws -> Program.Outcome {
  try evaluate(scratch, arguments)
}

private func object(_ data: Data) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
}

@Suite struct EvaluateTests {
  @Test func figuresFilesAndCache() throws {
    let scratch = try Scratch()
    try csv(21).write(toFile: scratch.path("test.csv"), atomically: true, encoding: .utf8)
    // A network and its copy: one set of answers for both, and no difference.
    try FileManager.default.copyItem(
      at: TestData.packageRoot.appendingPathComponent("models/mien_vgg.safetensors"),
      to: scratch.file("copy.safetensors"))
    let first = try evaluate(
      scratch, "mien_vgg,./copy.safetensors", "--data", ".", "--tta", "--json", "a.json", "--confusion", "c.tex",
      "--reliability",
      "r.svg")
    #expect(first.status == 0 && first.errors == "", "\(first.errors)")
    let kept = try FileManager.default.contentsOfDirectory(atPath: scratch.path("cache/mien/answers"))
    #expect(kept.count == 1)
    let found = try object(scratch.data("a.json"))
    #expect(found["images"] as? Int == 21 && (found["confusion"] as? [[Int]])?.joined().reduce(0, +) == 21)
    #expect((found["mcnemar"] as? [String: Any])?["p"] as? Double == 1)
    #expect(try scratch.text("c.tex").contains("\\toprule") && scratch.text("r.svg").contains("<svg"))
    let second = try evaluate(scratch, "mien_vgg,./copy.safetensors", "--data", ".", "--tta", "--json", "b.json")
    #expect(second.output == first.output)
    #expect(try scratch.data("a.json") == scratch.data("b.json"))
    let fresh = try evaluate(scratch, "mien_vgg,./copy.safetensors", "--data", ".", "--tta", "--no-cache")
    #expect(fresh.output == first.output)
  }

  @Test func standardOutputHasTheJSONAlone() throws {
    let scratch = try Scratch()
    try csv(8, classes: 8).write(toFile: scratch.path("val.csv"), atomically: true, encoding: .utf8)
    let outcome = try evaluate(scratch, "mien_vgg", "--data", ".", "--split", "val", "--json", "-")
    let labels = try #require(try object(outcome.output)["labels"] as? [String])
    #expect(labels.last == "contempt")
  }

  @Test(arguments: [
    (["--search", "subsets", "--split", "test"], 2, "validation data"),
    (["--confusion", "c.gif"], 1, ".tex"), (["--folds", "subjects:1"], 2, "--folds"),
    (["--labels", "people"], 1, "--labels fer2013"), (["--weights", "1,2"], 1, "2 numbers for 1 models"),
    (["--split", "train"], 1, "no split"), (["--tta", "--tta-eightfold"], 2, "together"),
  ])
  func whatCannotBeDoneIsOneSentence(words: [String], status: Int32, part: String) throws {
    let scratch = try Scratch()
    try csv(3).write(toFile: scratch.path("test.csv"), atomically: true, encoding: .utf8)
    let all = ["mien_vgg", "--data", "."] + words
    let outcome = try evaluate(scratch, all)
    #expect(
      outcome.status == status && outcome.complaints.count == 1 && outcome.errors.contains(part), "\(outcome.errors)")
  }

  @Test func emptySetsAndOtherSizesAreRefused() throws {
    let scratch = try Scratch()
    try "emotion,pixels\n".write(toFile: scratch.path("test.csv"), atomically: true, encoding: .utf8)
    let empty = try evaluate(scratch, "mien_vgg", "--data", ".")
    #expect(empty.status == 1 && empty.errors.contains("no image"))
    try csv(2, size: 32).write(toFile: scratch.path("test.csv"), atomically: true, encoding: .utf8)
    let small = try evaluate(scratch, "mien_vgg", "--data", ".")
    #expect(small.status == 1 && small.errors.contains("2304 are needed"), "\(small.errors)")
  }

  /// A fold's weights say which images they did not see; each fold is judged by its own.
  @Test func foldsAreJudgedByWeightsThatDidNotSeeThem() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path("data"), withIntermediateDirectories: true)
    try csv(18).write(toFile: scratch.path("data/all.csv"), atomically: true, encoding: .utf8)
    let configuration = """
      {"data_path": "data", "arch": "mien_vgg", "image_size": 16, "in_channels": 1, "num_classes": 7, "batch_size": 6,
       "max_epoch_num": 2, "model_name": "run"}
      """
    try configuration.write(toFile: scratch.path("run.json"), atomically: true, encoding: .utf8)
    for fold in ["subjects:1/2", "subjects:2/2"] {
      let trained = try Program.mien("train", "run.json", "--fold", fold, in: scratch.folder)
      #expect(trained.status == 0, "\(trained.errors)")
    }
    let run = "saved/checkpoints/run"
    let judged = try evaluate(scratch, run, "--data", "data", "--folds", "subjects:2", "--json", "f.json")
    #expect(judged.status == 0, "\(judged.errors)")
    let folds = try #require(try object(scratch.data("f.json"))["folds"] as? [[String: Any]])
    #expect(folds.map { $0["images"] as? Int } == [9, 9])
    let other = try evaluate(
      scratch, "\(run)/subjects-1-of-2/best.safetensors", "--data", "data", "--folds", "subjects:2")
    #expect(other.status == 1 && other.errors.contains("not trained with fold subjects:2/2"), "\(other.errors)")
    let missing = try evaluate(scratch, run, "--data", "data", "--folds", "subjects:3")
    #expect(missing.status == 1 && missing.errors.contains("--fold subjects:1/3"))
  }

  /// A subject taken out moves all others to other folds, under the same names; so does an image.
  @Test(arguments: ["subjects", "images"]) func foldsOfADataSetThatHasChangedAreRefused(_ kind: String) throws {
    let scratch = try Scratch()
    let rows = csv(36).split(separator: "\n")
    // One subject less, one image less, all subjects renamed.
    let sets = [
      "data": rows, "less": rows.filter { !$0.hasSuffix(",S0") }, "one": [rows[0]] + rows.dropFirst(2),
      "renamed": rows.map { $0.replacing(",S", with: ",T\($0.count % 5)") },
    ]
    for (name, rows) in sets {
      try FileManager.default.createDirectory(atPath: scratch.path(name), withIntermediateDirectories: true)
      try rows.joined(separator: "\n").write(toFile: scratch.path("\(name)/all.csv"), atomically: true, encoding: .utf8)
    }
    let configuration =
      #"{"data_path": "data", "arch": "mien_vgg", "image_size": 16, "max_epoch_num": 1, "model_name": "run"}"#
    try configuration.write(toFile: scratch.path("run.json"), atomically: true, encoding: .utf8)
    for fold in 1...3 {
      #expect(try Program.mien("train", "run.json", "--fold", "\(kind):\(fold)/3", in: scratch.folder).status == 0)
    }
    let run = ["saved/checkpoints/run", "--folds", "\(kind):3", "--data"]
    #expect(try evaluate(scratch, run + ["data"]).status == 0)
    for changed in kind == "subjects" ? ["less", "renamed"] : ["less", "one"] {
      let refused = try evaluate(scratch, run + [changed])
      #expect(refused.status == 1 && refused.complaints.count == 1, "\(changed): \(refused.errors)")
      #expect(refused.errors.contains("was trained on") && refused.errors.contains("has changed"), "\(refused.errors)")
    }
    // Weights that held nothing out are no better.
    let whole = "saved/checkpoints/run/\(kind)-1-of-3/best.safetensors"
    #expect(try evaluate(scratch, [whole] + run.dropFirst() + ["data"]).status == 1)
  }

  @Test func weightsThatSawTheImagesSaySo() throws {
    let scratch = try Scratch()
    try csv(21).write(toFile: scratch.path("train.csv"), atomically: true, encoding: .utf8)
    try csv(24).split(separator: "\n").enumerated().filter { $0.offset == 0 || $0.offset > 21 }.map(\.element)
      .joined(separator: "\n").write(toFile: scratch.path("val.csv"), atomically: true, encoding: .utf8)
    try #"{"data_path": ".", "arch": "mien_vgg", "image_size": 16, "max_epoch_num": 1, "model_name": "run"}"#
      .write(toFile: scratch.path("run.json"), atomically: true, encoding: .utf8)
    #expect(try Program.mien("train", "run.json", in: scratch.folder).status == 0)
    let model = "saved/checkpoints/run/best.safetensors"
    let known = try evaluate(scratch, model, "--data", ".", "--split", "train", "--json", "j.json")
    #expect(String(decoding: known.output, as: UTF8.self).contains("best was trained on 21 of these 21 images"))
    #expect((try object(scratch.data("j.json"))["trained_on"] as? [String: Int]) == ["best": 21])
    let fresh = try evaluate(scratch, model, "--data", ".", "--split", "val")
    #expect(fresh.status == 0 && !String(decoding: fresh.output, as: UTF8.self).contains("trained on"))
    let shown = try Program.mien("models", "show", model, in: scratch.folder)
    #expect(shown.status == 0 && !String(decoding: shown.output, as: UTF8.self).contains("trained_pictures"))
  }

  /// By its name, its file, a link to it or a preset: one vote.
  @Test func aModelCountsOnce() throws {
    let scratch = try Scratch()
    try csv(7).write(toFile: scratch.path("test.csv"), atomically: true, encoding: .utf8)
    let file = TestData.packageRoot.appendingPathComponent("models/mien_vgg.safetensors")
    try FileManager.default.createSymbolicLink(at: scratch.file("link.safetensors"), withDestinationURL: file)
    for again in ["mien_vgg", file.path, "./link.safetensors"] {
      let outcome = try evaluate(scratch, "mien_vgg,\(again)", "--data", ".", "--json", "j.json")
      #expect(outcome.status == 0 && outcome.errors.contains("counts once"), "\(outcome.errors)")
      #expect(try object(scratch.data("j.json"))["models"] as? [String] == ["mien_vgg"])
    }
    let preset = try evaluate(scratch, "default,mien_medium_vgg", "--data", ".", "--json", "j.json")
    #expect(preset.status == 0, "\(preset.errors)")
    #expect(try object(scratch.data("j.json"))["models"] as? [String] == ["mien_medium_vgg"])
  }

  @Test func imagesInFoldersOfAnySize() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path("test/happy"), withIntermediateDirectories: true)
    let made = try Program.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=90x120", "-frames:v", "1", scratch.path("test/happy/a.png")])
    guard made.status == 0 else { return print("skipped: no ffmpeg") }
    let outcome = try evaluate(scratch, "mien_vgg", "--data", ".", "--json", "j.json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try object(scratch.data("j.json"))["images"] as? Int == 1)
  }
}
