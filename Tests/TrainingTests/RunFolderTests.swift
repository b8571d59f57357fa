import Foundation
import Networks
import TestSupport
import Testing
import WeightFiles
import Zoo

@testable import Training

/// What a run keeps, what it begins with, and what its weights remember.
@Suite struct RunFolderTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func configuration(_ name: String = "run") -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    (configuration.architecture, configuration.imageSize, configuration.threads) = ("mien_vgg", 16, 1)
    (configuration.mean, configuration.deviation, configuration.epochs) = (129, 65, 1)
    (configuration.optimizer, configuration.schedule, configuration.rate) = (.sgd, .constant, 0.01)
    configuration.plateauCount = 1000
    (configuration.logFolder, configuration.checkpointFolder) = (scratch.path("logs"), scratch.path("checkpoints"))
    configuration.modelName = name
    return configuration
  }

  private func trainer(_ configuration: TrainingConfiguration, seed: Int = 1) throws -> Trainer {
    try Trainer(configuration, train: bars(21, seed: seed), validation: bars(7, seed: 9))
  }

  @Test func oneRunAtATimeHoldsAFolderAndNothingIsReplacedUnasked() throws {
    let run = configuration()
    do {
      let first = try RunClaim(run, .anew)
      for start in [RunStart.anew, .replacing, .resuming] {
        #expect(throws: RunError.runInUse(folder: run.runFolder)) { try RunClaim(run, start) }
        #expect(throws: RunError.runInUse(folder: run.runFolder)) { try RunClaim.check(run, start) }
      }
      _ = try RunClaim(configuration("other"), .anew)
      withExtendedLifetime(first) {}
    }
    // Neither began.
    #expect(!scratch.has("checkpoints/run") && !scratch.has("checkpoints/other"))
    _ = try trainer(run).run()
    #expect(throws: RunError.runExists(folder: run.runFolder)) { try RunClaim(run, .anew) }
    #expect(throws: RunError.runExists(folder: run.runFolder)) { try RunClaim.check(run, .anew) }
    #expect(run.runFiles.count == 3)
    try RunClaim(run, .resuming).clear()
    #expect(run.runFiles.count == 3)
    try RunClaim(run, .replacing).clear()
    #expect(run.runFiles.isEmpty && EventWriter.files(in: run.runLogs).isEmpty)
  }

  @Test func moreEpochsOnResumeEndAsALongerRunDoes() throws {
    var (short, long) = (configuration("short"), configuration("long"))
    (short.given, long.epochs) = (["max_epoch_num": "1"], 3)
    #expect(try trainer(short).run() == .finished)
    let ended = try trainer(short)
    try ended.resume()
    #expect(ended.ended == .finished)
    (short.epochs, short.given) = (3, ["max_epoch_num": "3"])
    let (resumed, whole) = (try trainer(short), try trainer(long))
    try resumed.resume()
    #expect(resumed.ended == nil)
    #expect(try resumed.run() == .finished && whole.run() == .finished)
    #expect(resumed.history.map(\.loss) == whole.history.map(\.loss) && whole.history.count == 3)
    for (name, tensor) in whole.weights { #expect(Array(tensor.elements) == Array(resumed.weights[name]!.elements)) }
  }

  /// Neither the rate nor the end of a fold's run hangs on the images that it holds out.
  @Test func whatAFoldHoldsOutChoosesNothing() throws {
    let runs = try [true, false].map { isRight in
      var run = configuration(isRight ? "right" : "wrong")
      (run.epochs, run.plateauCount, run.schedule, run.plateauPatience) = (12, 3, .plateau, 1)
      (run.batchSize, run.rate) = (7, 0.05)
      run.holdOut(Fold(.images, index: 1, count: 2))
      var held = bars(7, seed: 9)
      // With these labels the accuracy falls while the network learns.
      if !isRight { held.labels = held.labels.map { ($0 + 1) % 7 } }
      let trainer = try Trainer(run, train: bars(21, seed: 1), validation: held)
      _ = try trainer.run()
      return trainer
    }
    #expect(runs[0].history.map(\.rate) == runs[1].history.map(\.rate))
    #expect(runs[0].history.map(\.loss) == runs[1].history.map(\.loss))
    #expect(runs[0].history.map(\.accuracy) != runs[1].history.map(\.accuracy))
  }

  @Test func aCheckpointOfOtherImagesIsNotResumed() throws {
    let run = configuration()
    _ = try trainer(run).run()
    let other = try trainer(run, seed: 2)
    #expect(throws: RunError.otherImages(checkpoint: run.lastCheckpoint)) { try other.resume() }
  }

  @Test func foldersThatCannotBeMadeAreNamed() throws {
    try Data("x".utf8).write(to: scratch.file("afile"))
    var run = configuration()
    run.logFolder = scratch.path("afile/logs")
    let error = RunError.uncreatable(folder: scratch.path("afile/logs/run"), errno: ENOTDIR)
    #expect(throws: error) { try trainer(run).run() }
    #expect(run.runFiles.isEmpty)
    run.checkpointFolder = scratch.path("afile/logs")
    #expect(throws: error) { try RunClaim(run, .anew) }
  }

  @Test func weightsRememberWhatTheySaw() throws {
    var (set, other) = (bars(14, seed: 1), bars(7, seed: 2))
    set.subjects = (0..<14).map { "S\($0 / 2)" }
    other.subjects = ["S1", "S1", "X", "X", "X", "Y", "Y"]
    let seen = try #require(TrainedOn(metadata: TrainedOn(set).words))
    #expect(seen == TrainedOn(set))
    #expect(seen.seen(in: set.subset([3, 5, 8]), people: false) == 3)
    #expect(seen.seen(in: other, people: false) == 0)
    #expect(seen.seen(in: other, people: true) == 2)
    // Its image is known under any name.
    var renamed = set.subset([0])
    renamed.subjects = ["Z"]
    #expect(seen.seen(in: renamed, people: true) == 1)
    #expect(TrainedOn(metadata: [:]) == nil)
    #expect(!seen.words.values.contains { $0.contains("S1") })
  }

  /// Weights that begin where others ended know what these saw.
  @Test func memoriesAreInherited() throws {
    let first = configuration("first")
    _ = try trainer(first).run()
    let file = first.runFolder + "/best.safetensors"
    for key in [\TrainingConfiguration.pretrained, nil] {
      var second = configuration("second")
      if let key { second[keyPath: key] = file } else { second.teachers = [file] }
      let taught = try trainer(second, seed: 5)
      #expect(taught.trainedOn.seen(in: bars(21, seed: 1), people: false) == 21)
      second.holdOut(Fold(.images, index: 1, count: 2))
      #expect(throws: RunError.heldOutSeen(file: file, fold: "images:1/2", images: 7, of: 7)) {
        try Trainer(second, train: bars(14, seed: 5), validation: bars(21, seed: 1).subset(Array(0..<7)))
      }
    }
  }

  @Test func whatIsTakenOfPretrainedWeightsIsCounted() throws {
    let graph = try Architecture.named("mien_vgg")!.graph(input: Shape(height: 16, width: 16, channels: 1))
    let all = initialWeights(graph, seed: 3)
    func adopted(_ weights: Weights) throws -> (AdoptedWeights, Trainer) {
      try WeightFile(weights: weights, metadata: [:]).write(safetensors: scratch.path("w.safetensors"))
      var run = configuration()
      run.pretrained = scratch.path("w.safetensors")
      let made = try trainer(run)
      return (try #require(made.adopted), made)
    }
    func prefixed(_ weights: Weights, but own: Set<String>) -> Weights {
      Weights(uniqueKeysWithValues: weights.map { (own.contains($0.key) ? $0.key : "backbone.\($0.key)", $0.value) })
    }
    let (whole, begun) = try adopted(prefixed(all, but: []))
    #expect(whole.taken == all.count && whole.needed == all.count && whole.rest.isEmpty)
    #expect(Array(begun.weights["features.0.weight"]!.elements) == Array(all["features.0.weight"]!.elements))
    var most = all
    most["classifier.weight"] = Tensor(shape: [3, 5])
    most["features.0.weight"] = nil
    most["head.extra"] = Tensor(shape: [1])
    let (part, _) = try adopted(most)
    #expect(part.taken == all.count - 2 && part.rest.missing == ["features.0.weight"])
    #expect(part.rest.extra == ["head.extra"] && part.rest.misshapen.map(\.name) == ["classifier.weight"])
    let error = #expect(throws: RunError.self) { try adopted(prefixed(all, but: ["features.0.weight"])) }
    guard case .badPretrained(let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found.taken == 1 && found.rest.missing.count >= 50)
  }
}
