import Foundation
import TestSupport
import Testing

/// A small data set and a configuration for it, for the real program.
private struct SmallRun {
  let scratch: Scratch

  init(_ changes: [String: any Sendable] = [:], images: (Scratch) throws -> Void = writeCSV) throws {
    scratch = try Scratch()
    let usual: [String: Any] = [
      "data_path": scratch.folder.path, "arch": "mien_vgg", "image_size": 16, "in_channels": 1, "num_classes": 7,
      "lr": 0.02, "optimizer": "sgd", "schedule": "onecycle", "batch_size": 8, "max_epoch_num": 30,
      "max_plateau_count": 1000, "ema": 0.9, "flip": 0.5, "rotate": 10, "log_dir": scratch.path("logs"),
      "checkpoint_dir": scratch.folder.path, "model_name": "run",
    ]
    try images(scratch)
    try JSONSerialization.data(withJSONObject: usual.merging(changes) { $1 })
      .write(to: URL(fileURLWithPath: scratch.path("config.json")))
  }

  private static func writeCSV(_ scratch: Scratch) throws {
    for (name, count) in [("train", 40), ("val", 8)] {
      let rows = (0..<count).map { row in
        "\(row % 7),\((0..<2304).map { "\(($0 * (row + 3) + row * row) % 256)" }.joined(separator: " "))\n"
      }
      try ("emotion,pixels\n" + rows.joined())
        .write(toFile: scratch.path("\(name).csv"), atomically: true, encoding: .utf8)
    }
  }

  func start(_ words: String...) throws -> Program.Running {
    try Program.start(Program.path, ["train", scratch.path("config.json")] + words)
  }

  /// Files of the curves.
  var curves: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: scratch.path("logs/run"))) ?? [])
      .filter { $0.hasPrefix("events.out.tfevents.") }
  }

  var hasCheckpoint: Bool { scratch.has("run/last.safetensors") }

  /// The checkpoint's tensors: what follows its header, which holds times.
  func tensors() throws -> Data {
    let file = try scratch.data("run/last.safetensors")
    let header = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    return file.dropFirst(8 + header)
  }
}

@Suite(.serialized) struct TrainTests {
  @Test func aRunKilledTwentyTimesEndsWithTheSameWeights() throws {
    let (whole, killed) = (try SmallRun(), try SmallRun())
    #expect(try whole.start().wait().status == 0)
    for _ in 0..<20 {
      let running = killed.hasCheckpoint ? try killed.start("--resume") : try killed.start()
      Thread.sleep(forTimeInterval: .random(in: 0.02...0.3))
      running.process.send(SIGKILL)
      _ = try running.wait()
    }
    let last = try (killed.hasCheckpoint ? killed.start("--resume") : killed.start()).wait()
    #expect(last.status == 0, "\(last.errors)")
    #expect(try killed.tensors() == whole.tensors())
  }

  @Test(arguments: [SIGINT, SIGTERM]) func anInterruptedRunSavesAndSaysSo(signal: Int32) throws {
    let run = try SmallRun(["max_epoch_num": 100_000])
    let running = try run.start()
    while !run.hasCheckpoint { Thread.sleep(forTimeInterval: 0.02) }
    running.process.send(signal)
    let outcome = try running.wait()
    #expect(outcome.status == 130)
    #expect(outcome.errors.contains("last.safetensors"), "\(outcome.errors)")
  }

  @Test(
    arguments: [
      (["weigth_decay": 1], "weight_decay"),
      (["log_dir": "/dev/null/logs"], "/dev/null/logs/run cannot be made: not a directory."),
      (["checkpoint_dir": "/dev/null"], "/dev/null/run cannot be made: not a directory."),
      (["arch": "resnet19"], "resnet1"), (["batch_size": "big"], "batch_size"),
      (["data_path": "/nowhere"], "/nowhere"), (["num_classes": 3], "train.csv, line 5"), (["lr": 1e30], "lr"),
    ] as [([String: any Sendable], String)])
  func badConfigurationsAreRefusedInASentence(_ changes: [String: any Sendable], word: String) throws {
    let run = try SmallRun(changes)
    let outcome = try run.start().wait()
    #expect(outcome.status == 1)
    #expect(outcome.complaints.last?.contains(word) == true, "\(outcome.errors)")
  }

  @Test func aRunIsNotOverwrittenUnasked() throws {
    let run = try SmallRun(["max_epoch_num": 2])
    let first = try run.start().wait()
    #expect(first.status == 0 && first.complaints.last?.hasPrefix("Ended after 2 epochs. Wrote ") == true)
    let best = try run.scratch.data("run/best.safetensors")
    let again = try run.start("--lr", "0.5").wait()
    #expect(again.status == 1 && again.complaints.count == 1 && again.errors.contains("--resume"), "\(again.errors)")
    #expect(try run.scratch.data("run/best.safetensors") == best && run.curves.count == 1)
    let resumed = try run.start("--resume").wait()
    #expect(resumed.status == 0 && resumed.errors.contains("had ended after 2 epochs"), "\(resumed.errors)")
    #expect(try run.scratch.data("run/best.safetensors") == best && run.curves.count == 1)
    let more = try run.start("--resume", "--epochs", "3").wait()
    #expect(more.status == 0 && more.errors.contains("Ended after 3 epochs"), "\(more.errors)")
    #expect(run.curves.count == 2)
    let forced = try run.start("--force", "--lr", "0.5").wait()
    #expect(forced.status == 0 && run.curves.count == 1)
    #expect(try run.scratch.text("run/run.json").contains("\"lr\" : \"0.5\""))
    let beside = try run.start("--name", "other").wait()
    #expect(beside.status == 0 && run.scratch.has("other/best.safetensors"), "\(beside.errors)")
    #expect(try run.start("--force", "--resume").wait().status == 2)
  }

  @Test(arguments: [[], ["--force"], ["--resume"]]) func twoRunsOfOneNameAreTwo(_ words: [String]) throws {
    let run = try SmallRun(["max_epoch_num": 100_000])
    let running = try run.start()
    while !run.hasCheckpoint { Thread.sleep(forTimeInterval: 0.02) }
    let second = try Program.run(Program.path, ["train", run.scratch.path("config.json")] + words)
    #expect(second.status == 1 && second.complaints.count == 1 && second.errors.contains("in use"), "\(second.errors)")
    running.process.send(SIGINT)
    #expect(try running.wait().status == 130)
    #expect(run.curves.count == 1)
  }

  @Test func whatIsTakenOfPretrainedWeightsIsSaid() throws {
    let weights = TestData.packageRoot.appendingPathComponent("models/mien_vgg.safetensors").path
    for (architecture, words) in [
      ("mien_vgg", "54 of the 54 tensors of mien_vgg taken."), ("starter", "of another shape"),
    ] {
      let run = try SmallRun([
        "arch": architecture, "image_size": 40, "pretrained": weights, "max_epoch_num": 1,
      ])
      let outcome = try run.start().wait()
      #expect(outcome.status == 0 && outcome.errors.contains(words), "\(outcome.errors)")
    }
    let run = try SmallRun(["arch": "resnet18", "image_size": 40, "pretrained": weights])
    let refused = try run.start().wait()
    #expect(refused.status == 1 && refused.complaints.count == 1 && refused.errors.contains("hardly fits resnet18"))
  }

  @Test(arguments: [
    ("{\n\"lr\": 0.1,\n\"learning_rate\": 1}", "line 3: the key \"learning_rate\" is not known: did you mean \"lr\"?"),
    ("{\n\"lr\": 0.1\n\"seed\": 1}", "line 3: this is no JSON at"), ("{\n\"lr\": 0.1\n", "line 3: the file ends"),
    ("{\n\"xyzzy\": 0.1}", "line 2: the key \"xyzzy\" is not known: mien help train"),
  ])
  func wrongConfigurationsAreNamedByTheirLines(_ text: String, words: String) throws {
    let scratch = try Scratch()
    try text.write(toFile: scratch.path("c.json"), atomically: true, encoding: .utf8)
    let outcome = try Program.mien("train", "c.json", in: scratch.folder)
    #expect(outcome.status == 1 && outcome.complaints.count == 1 && outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test(arguments: ["subject:1/3", "subjects:1/1", "subjects:4/3", "subjects"])
  func foldsAreExplained(_ text: String) throws {
    let run = try SmallRun()
    let outcome = try run.start("--fold", text).wait()
    #expect(outcome.status == 2 && outcome.errors.contains("subjects:I/K or images:I/K, where K is 2 or more"))
  }

  @Test func helpHasALineAKey() throws {
    let lines = try Program.mien("help", "train").lines
    for key in ["data_path", "lr", "store_trainer"] {
      #expect(lines.contains { $0.hasPrefix("  \(key)  ") }, "\(key)")
    }
  }

  /// CK+48 as it is handed around: words of its own, no splits, an eighth class and what Windows leaves.
  @Test(.enabled(if: Probe.isThere, "\(Probe.missing)")) func foldersWithOtherNamesAreTrained() throws {
    let run = try SmallRun(["max_epoch_num": 1]) { scratch in
      for (index, name) in ["anger", "contempt", "happy", "sadness"].enumerated() {
        try makeImages(scratch, name, index, mirrored: false)
      }
      try Data("x".utf8).write(to: scratch.file("anger/Thumbs.db"))
    }
    let trained = try run.start().wait()
    #expect(trained.status == 0)
    for words in ["contempt", "Thumbs.db", "2 of the 12 training images are held out"] {
      #expect(trained.errors.contains(words), "\(trained.errors)")
    }
    try Data("x".utf8).write(to: run.scratch.file("anger/broken.png"))
    let broken = try run.start("--force").wait()
    #expect(broken.status == 1 && broken.complaints.last?.contains("broken.png") == true, "\(broken.errors)")
    #expect(!broken.errors.contains("("), "\(broken.errors)")
  }

  @Test(.enabled(if: Probe.isThere, "\(Probe.missing)")) func aFolderAClassIsTrainedAndJudged() throws {
    let run = try SmallRun(["max_epoch_num": 2]) { scratch in
      for (index, name) in ["angry", "happy", "neutral"].enumerated() {
        for split in ["train", "val"] { try makeImages(scratch, "\(split)/\(name)", index, mirrored: split == "val") }
      }
    }
    let trained = try run.start().wait()
    #expect(trained.status == 0, "\(trained.errors)")
    let judged = try Program.mien(
      "evaluate", run.scratch.path("run/best.safetensors"), "--data", run.scratch.folder.path, "--split", "val",
      "--json", "-")
    let figures = try JSONSerialization.jsonObject(with: judged.output) as? [String: Any]
    #expect(figures?["images"] as? Int == 12, "\(judged.errors)")
  }

  /// Four images of another size and shape than 48x48.
  private func makeImages(_ scratch: Scratch, _ folder: String, _ brightness: Int, mirrored: Bool) throws {
    try FileManager.default.createDirectory(atPath: scratch.path(folder), withIntermediateDirectories: true)
    let source =
      "testsrc2=size=90x64:rate=4:duration=1,eq=brightness=\(Double(brightness) / 4)" + (mirrored ? ",hflip" : "")
    let made = try Program.run(
      "/usr/bin/ffmpeg", ["-v", "error", "-f", "lavfi", "-i", source, scratch.path("\(folder)/%d.png")])
    #expect(made.status == 0, "\(made.errors)")
  }
}
