import Foundation
import TestSupport
import Testing
import Zoo

@testable import Training

/// Ten images, each seen ten times an epoch, are learned by heart by every architecture of the zoo, at the smallest size that suits it.
/// `MIEN_NETWORKS` names some of them.
@Suite(.serialized) struct LearningByHeartSlow {
  private static let names =
    ProcessInfo.processInfo.environment["MIEN_NETWORKS"]?.split(separator: ",").map(String.init) ?? zooTable.map(\.name)

  @Test(arguments: names) func tenImagesAreLearnedByHeart(by name: String) throws {
    let folder = try Scratch()
    var configuration = TrainingConfiguration()
    configuration.architecture = name
    configuration.imageSize = side(name)
    configuration.inChannels = Architecture.named(name)!.input.channels
    (configuration.mean, configuration.deviation, configuration.dropout) = (129, 65, 0)
    (configuration.batchSize, configuration.epochs, configuration.threads) = (10, 12, 2)
    // The rate falls to nothing: an accuracy is counted while an epoch goes on. VGG-19 has no norms to bear a higher one.
    (configuration.optimizer, configuration.schedule) = (.adamw, .onecycle)
    configuration.rate = name == "vgg19" ? 1e-4 : 5e-4
    (configuration.averaging, configuration.plateauCount, configuration.dropDuplicates) = (0, 1000, false)
    configuration.augmentation = Augmentation()
    configuration.logFolder = folder.path("logs")
    configuration.checkpointFolder = folder.path("checkpoints")
    let ten = bars(10, seed: 3)
    let trainer = try Trainer(configuration, train: ten.subset((0..<100).map { $0 % 10 }), validation: ten)
    _ = try trainer.run(stop: { trainer.history.last?.trainAccuracy == 100 })
    #expect(trainer.history.last?.trainAccuracy == 100, "\(trainer.history.map(\.loss))")
  }

  private func side(_ name: String) -> Int {
    switch name {
    case "inception_v3": 80
    case "alexnet", "googlenet", "resmasking", "resmasking_dropout1": 64
    default: Architecture.named(name)!.input.height < 64 ? 40 : 48
    }
  }
}
