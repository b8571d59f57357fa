import Core
import Foundation
import Networks
import Recognition
import TestSupport
import Testing
import Zoo

@testable import Training

/// Figures that people act on mean what they say.
@Suite struct HonestFiguresTests {
  private func configuration(_ folder: Scratch) -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    (configuration.architecture, configuration.imageSize, configuration.threads) = ("mien_vgg", 16, 1)
    (configuration.mean, configuration.deviation, configuration.epochs) = (129, 65, 1)
    (configuration.optimizer, configuration.schedule, configuration.rate) = (.sgd, .constant, 0)
    (configuration.averaging, configuration.votesWeight, configuration.dropout) = (0, 0, 0)
    (configuration.augmentation, configuration.labelSmoothing) = (Augmentation(), 0)
    configuration.logFolder = folder.path("logs")
    configuration.checkpointFolder = folder.path("checkpoints")
    return configuration
  }

  /// One image of 35 costs 20, all others nothing; it may be in a batch of its own or not.
  @Test(arguments: [35, 34, 18]) func theTrainingLossIsTheMeanOverImages(batch: Int) throws {
    let folder = try Scratch()
    var (set, configuration) = (bars(35, seed: 1), configuration(folder))
    set.labels = set.labels.indices.map { $0 == 17 ? 1 : 0 }
    configuration.batchSize = batch
    let trainer = try Trainer(configuration, train: set, validation: bars(7, seed: 2))
    trainer.weights["classifier.bias"]!.elements[0] = 20
    _ = try trainer.run()
    let loss = try #require(trainer.history.first).loss
    #expect(abs(loss - 20.0 / 35) < 0.1, "\(loss)")
  }

  /// A batch has sound figures of its own; the running ones, which validation takes, are ruined.
  @Test func aValidationLossThatIsNoNumberEndsTheRunAndLosesNothing() throws {
    let folder = try Scratch()
    let configuration = configuration(folder)
    let trainer = try Trainer(configuration, train: bars(21, seed: 1), validation: bars(7, seed: 2))
    let name = try #require(trainer.weights.keys.sorted().first { $0.hasSuffix("running_mean") })
    trainer.weights[name]!.elements[0] = .nan
    let error = #expect(throws: RunError.self) { try trainer.run() }
    guard case .validationDiverged(epoch: 1, let checkpoint) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let run = URL(fileURLWithPath: checkpoint).deletingLastPathComponent()
    #expect(!FileManager.default.fileExists(atPath: run.appendingPathComponent("best.safetensors").path))
    let again = try Trainer(configuration, train: bars(21, seed: 1), validation: bars(7, seed: 2))
    try again.resume()
    #expect(again.history.isEmpty)
  }

  /// Training and evaluation see an image as the ensemble of annotate and live does, each channel with its own mean and deviation.
  @Test func everyWayFromAnImageToTheNetworkIsTheSame() throws {
    let graph = try Architecture.named("resnet18")!.graph(
      input: Shape(height: 48, width: 48, channels: 3), classes: 7)
    let model = Model(
      name: "channels", graph: graph.forInference(), weights: initialWeights(graph, seed: 3),
      input: ModelInput(shape: graph.input, mean: [123.7, 60, 180], std: [58.4, 20, 90]),
      heads: [ModelHead(name: graph.heads[0].name, classes: LabelSet.fer2013.names)])
    let (set, pool) = (bars(4, seed: 5), ThreadPool(threads: 1))
    let judged = try model.logits(of: [graph.heads[0].name], on: set, views: 2, pool: pool) { _, view in
      AugmentationSample(flipped: view == 1)
    }[0]
    let crops = (0..<4).map { [Array(set.pixels[$0 * 2304..<($0 + 1) * 2304])] }
    for (face, seen) in try Ensemble([model]).classify(crops).enumerated() {
      let views = (0..<2).map { view in
        model.heads[0].probabilities(model.heads[0].order.map { judged[(face * 2 + view) * 7 + $0] })
      }
      let evaluated = zip(views[0], views[1]).map { ($0 + $1) / 2 }
      for (a, b) in zip(seen, evaluated) { #expect(abs(a - b) < 1e-5) }
    }
    var (input, cropped) = ([Float](repeating: 0, count: 48 * 48 * 3), [Float](repeating: 0, count: 48 * 48 * 3))
    let preprocessor = ImagePreprocessor(source: set.shape, input: model.input)
    set.pixels.withUnsafeBufferPointer { preprocessor.crop($0.baseAddress!, .none, into: &cropped) }
    model.input.write(crops[0][0], to: &input)
    #expect(input == cropped)
  }
}
