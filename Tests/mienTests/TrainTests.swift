import Foundation
import TestSupport
import Testing

/// A small data set and a configuration for it, for the real program.
private struct SmallRun {
  let scratch: Scratch

  init(_ changes: [String: any Sendable] = [:], pictures: (Scratch) throws -> Void = writeCSV) throws {
    scratch = try Scratch()
    let usual: [String: Any] = [
      "data_path": scratch.folder.path, "arch": "mien_vgg", "image_size": 16, "in_channels": 1, "num_classes": 7,
      "lr": 0.02, "optimizer": "sgd", "schedule": "onecycle", "batch_size": 8, "max_epoch_num": 30,
      "max_plateau_count": 1000, "ema": 0.9, "flip": 0.5, "rotate": 10, "log_dir": scratch.path("logs"),
      "checkpoint_dir": scratch.folder.path, "model_name": "run",
    ]
    try pictures(scratch)
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
      kill(running.process.processIdentifier, SIGKILL)
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
    kill(running.process.processIdentifier, signal)
    let outcome = try running.wait()
    #expect(outcome.status == 130)
    #expect(outcome.errors.contains("last.safetensors"), "\(outcome.errors)")
  }

  @Test(
    arguments: [
      (["weigth_decay": 1], "weight_decay"), (["arch": "resnet19"], "resnet1"), (["batch_size": "big"], "batch_size"),
      (["data_path": "/nowhere"], "/nowhere"), (["num_classes": 3], "train.csv, line 5"), (["lr": 1e30], "lr"),
    ] as [([String: any Sendable], String)])
  func badConfigurationsAreRefusedInASentence(_ changes: [String: any Sendable], word: String) throws {
    let run = try SmallRun(changes)
    let outcome = try run.start().wait()
    #expect(outcome.status == 1)
    #expect(outcome.complaints.last?.contains(word) == true, "\(outcome.errors)")
  }

  @Test(.enabled(if: Probe.isThere, "\(Probe.missing)")) func aFolderAClassIsTrainedAndJudged() throws {
    let run = try SmallRun(["max_epoch_num": 2]) { scratch in
      for (index, name) in ["angry", "happy", "neutral"].enumerated() {
        for split in ["train", "val"] { try makePictures(scratch, "\(split)/\(name)", index, mirrored: split == "val") }
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

  /// Four pictures of another size and shape than 48x48.
  private func makePictures(_ scratch: Scratch, _ folder: String, _ brightness: Int, mirrored: Bool) throws {
    try FileManager.default.createDirectory(atPath: scratch.path(folder), withIntermediateDirectories: true)
    let source =
      "testsrc2=size=90x64:rate=4:duration=1,eq=brightness=\(Double(brightness) / 4)" + (mirrored ? ",hflip" : "")
    let made = try Program.run(
      "/usr/bin/ffmpeg", ["-v", "error", "-f", "lavfi", "-i", source, scratch.path("\(folder)/%d.png")])
    #expect(made.status == 0, "\(made.errors)")
  }
}
