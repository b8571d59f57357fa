import Foundation
import Networks
import TestSupport
import Testing
import Zoo

@testable import Training

/// Images of bars whose place is the class, with noise.
func bars(_ count: Int, seed: Int) -> FaceDataSet {
  var set = FaceDataSet(shape: Shape(height: 48, width: 48, channels: 1))
  var random = RandomStream(seed)
  for index in 0..<count {
    let label = index % 7
    let image = (0..<2304).map { place in
      UInt8(min(255, (place % 48 / 7 == label ? 150 : 40) + Int(random.next() % 60)))
    }
    set.append(image, label: label, subject: nil)
  }
  set.votes = set.labels.map { label in (0..<8).map { $0 == label ? 9 : $0 == 7 ? 1 : 0 } }
  return set
}

private func configuration(_ folder: Scratch, threads: Int = 2) -> TrainingConfiguration {
  var configuration = TrainingConfiguration()
  configuration.architecture = "mien_vgg"
  (configuration.imageSize, configuration.mean, configuration.deviation) = (16, 129, 65)
  (configuration.batchSize, configuration.epochs, configuration.threads) = (10, 3, threads)
  (configuration.optimizer, configuration.schedule, configuration.rate) = (.sgd, .onecycle, 0.02)
  (configuration.averaging, configuration.votesWeight, configuration.dropout) = (0.9, 0.5, 0.2)
  (configuration.augmentation.flip, configuration.augmentation.rotation) = (0.5, 10)
  configuration.logFolder = folder.path("logs")
  configuration.checkpointFolder = folder.path("checkpoints")
  return configuration
}

private func finalWeights(_ trainer: Trainer) -> [String: [Float]] {
  trainer.weights.merging(trainer.average.map { ("average/" + $0.key, $0.value) }) { $1 }.mapValues {
    Array($0.elements)
  }
}

private func train(_ configuration: TrainingConfiguration) throws -> Trainer {
  let trainer = try Trainer(configuration, train: bars(35, seed: 1), validation: bars(14, seed: 2))
  #expect(try trainer.run() == .finished)
  return trainer
}

@Test func weightsDoNotDependOnThreads() throws {
  let folder = try Scratch()
  let runs = try [1, 2, 3].map { finalWeights(try train(configuration(folder, threads: $0))) }
  #expect(runs[0] == runs[1] && runs[0] == runs[2])
}

@Test func aRunStoppedAfterEveryStepEndsTheSame() throws {
  let (whole, parts) = (try Scratch(), try Scratch())
  let expected = try train(configuration(whole))
  var (end, trainer, starts) = (RunEnd.stopped, expected, 0)
  while end == .stopped {
    trainer = try Trainer(configuration(parts), train: bars(35, seed: 1), validation: bars(14, seed: 2))
    if starts > 0 { try trainer.resume() }
    var calls = 0
    end = try trainer.run(stop: {
      calls += 1
      return calls > 1
    })
    starts += 1
  }
  #expect(starts == 12)
  #expect(finalWeights(trainer) == finalWeights(expected))
  #expect(trainer.history.map(\.accuracy) == expected.history.map(\.accuracy))
  #expect(trainer.history.map(\.loss) == expected.history.map(\.loss))
}

@Test func tenImagesAreLearnedByHeart() throws {
  let folder = try Scratch()
  var configuration = configuration(folder)
  (configuration.averaging, configuration.dropout, configuration.epochs) = (0, 0, 40)
  (configuration.augmentation, configuration.plateauCount, configuration.dropDuplicates) = (Augmentation(), 1000, false)
  let ten = bars(10, seed: 3)
  let trainer = try Trainer(configuration, train: ten, validation: ten)
  _ = try trainer.run()
  #expect(trainer.history.last?.trainAccuracy == 100)
}

@Test func otherConfigurationsAreNotResumed() throws {
  let folder = try Scratch()
  var first = configuration(folder)
  first.given = ["lr": "0.02", "threads": "2"]
  _ = try train(first)
  first.given = ["lr": "0.03", "threads": "1"]
  let trainer = try Trainer(first, train: bars(35, seed: 1), validation: bars(14, seed: 2))
  let error = #expect(throws: RunError.self) { try trainer.resume() }
  guard case .otherConfiguration(_, ["lr"]) = error else {
    Issue.record("\(String(describing: error))")
    return
  }
}

@Test func aLossThatIsNoNumberEndsTheRun() throws {
  let folder = try Scratch()
  var configuration = configuration(folder)
  (configuration.rate, configuration.schedule) = (1e30, .constant)
  let trainer = try Trainer(configuration, train: bars(35, seed: 1), validation: bars(14, seed: 2))
  #expect(throws: RunError.self) { try trainer.run() }
}

@Test func frozenParametersStay() throws {
  let folder = try Scratch()
  var configuration = configuration(folder)
  configuration.frozen = ["features.0."]
  let before = try initialWeights(
    Architecture.named("mien_vgg")!.graph(input: Shape(height: 16, width: 16, channels: 1)), seed: 1)
  let trainer = try train(configuration)
  #expect(Array(trainer.weights["features.0.weight"]!.elements) == Array(before["features.0.weight"]!.elements))
  #expect(Array(trainer.weights["features.3.weight"]!.elements) != Array(before["features.3.weight"]!.elements))
  configuration.frozen = ["nothing"]
  #expect(throws: RunError.frozenNothing(name: "nothing")) {
    try Trainer(configuration, train: bars(7, seed: 1), validation: bars(7, seed: 2))
  }
}
