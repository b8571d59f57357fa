import Faces
import Foundation
import Networks
import Zoo

/// What an epoch of a detector's training showed.
public struct DetectionFigures: Codable, Hashable, Sendable {
  /// From 1.
  public var epoch: Int
  /// Mean training loss of a scene's faces.
  public var loss: Double
  /// On the validation images, percent.
  public var averagePrecision: Double
  /// On the validation images, percent.
  public var recallAtTenth: Double
  /// Learning rate of the last step.
  public var rate: Double
  /// Training scenes a second.
  public var scenesPerSecond: Double
}

/// Trains a face detection network. One caller at a time.
///
/// Everything random is drawn from the seed and the scene's number, and all sums go in a fixed order: a run gives the same
/// weights to the bit for any number of threads, however often it is stopped and resumed.
public final class DetectorTrainer {
  /// The configuration.
  public let configuration: TrainingConfiguration
  /// Figures of every epoch so far.
  public var history: [DetectionFigures] { state.history }

  /// What was taken from `pretrained`; nil where nothing is named.
  public let adopted: AdoptedWeights?

  let trained: TrainedWeights
  let set: DetectionSet
  let schedule: Schedule
  var state = State()
  private let executor: GradientExecutor
  private let maker: SyntheticSceneGenerator
  private let loss = DetectionLoss()

  /// All that a run needs besides its configuration to go on as if it had never stopped.
  struct State: Codable {
    var epoch = 0
    var step = 0
    var lossSum = 0.0
    var best = -1.0
    var history: [DetectionFigures] = []
  }

  /// Prepares a run on `set`, with `negatives` and `crops` (framed as FER2013's) where there are some.
  /// - Throws: `RunError`, `GradientError` or `ShapeError`.
  public init(
    _ configuration: TrainingConfiguration, set: DetectionSet, negatives: [GreyImage] = [], crops: FaceDataSet? = nil
  ) throws {
    (self.configuration, self.set) = (configuration, set)
    maker = SyntheticSceneGenerator(
      set.training, negatives: negatives.map(ImagePyramid.init), crops: crops, configuration)
    guard !maker.isEmpty, !set.validation.isEmpty else { throw RunError.tooFewImages(folder: configuration.dataPath) }
    let graph = try faceDetectionNetwork(
      image: Shape(height: configuration.imageSize, width: configuration.imageSize, channels: 1),
      widths: configuration.detection.widths, outputs: DetectionLevel.outputs)
    let weights = initialWeights(graph, seed: configuration.seed)
    // Answers begin near "no face anywhere".
    for level in DetectionLevel.all { weights["\(level.head).1.bias"]!.elements[0] = -4.6 }
    adopted = try configuration.adoptPretrained(weights, graph)
    executor = try GradientExecutor(
      graph: graph, weights: weights, batch: configuration.batchSize,
      pool: ThreadPool.shared(threads: configuration.workers))
    trained = TrainedWeights(graph, weights, executor.gradients, configuration)
    schedule = Schedule(
      configuration,
      stepsInEpoch: (configuration.detection.scenes + configuration.batchSize - 1) / configuration.batchSize)
  }

  /// Steps of an epoch.
  var stepsInEpoch: Int { schedule.stepsInEpoch }
  var globalStep: Int { state.epoch * stepsInEpoch + state.step }
  var side: Int { configuration.imageSize }

  /// Does the next step of the epoch in progress.
  /// - Throws: `RunError.lossDiverged`.
  func step() throws {
    let count = configuration.batchSize
    let scenes = makeScenes(count)
    executor.forward(batch: count, seed: UInt64(globalStep))
    let loss = writeGradients(scenes)
    guard loss.isFinite else { throw RunError.lossDiverged(epoch: state.epoch + 1, step: state.step + 1) }
    executor.zeroGradients()
    executor.backward()
    trained.update(rate: schedule.rate(globalStep), step: globalStep + 1, pool: executor.pool)
    state.lossSum += loss
    state.step += 1
  }

  /// Paints the step's scenes into the network's input.
  private func makeScenes(_ count: Int) -> [[MarkedFace]] {
    var scenes = [[MarkedFace]](repeating: [], count: count)
    let (base, first) = (executor.input.baseAddress!, globalStep * count)
    scenes.withUnsafeMutableBufferPointer { scenes in
      nonisolated(unsafe) let scenes = scenes
      executor.pool.run(parts: count) { part, _ in
        let random = RandomStream(configuration.seed, 0xFACE, first + part)
        scenes[part] = maker.make(random, into: base + part * side * side)
      }
    }
    return scenes
  }

  private func writeGradients(_ scenes: [[MarkedFace]]) -> Double {
    let targets = DetectionLevel.all.map { level in
      scenes.map { GridTargets($0, level: level, side: side) }
    }
    let factor = 1 / max(targets.joined().reduce(0) { $0 + $1.faceWeight }, 1)
    var total = 0.0
    for (level, targets) in zip(DetectionLevel.all, targets) {
      let head = executor.graph.heads.first { $0.name == level.head }!
      let (values, gradient) = (executor.output(head), executor.outputGradient(head))
      let size = executor.graph.nodes[head.node].shape.count
      for (scene, cells) in targets.enumerated() {
        total += Double(
          loss.add(
            cells, scenes[scene], level: level, values: values.baseAddress! + scene * size,
            gradient: gradient.baseAddress! + scene * size, factor: factor))
      }
    }
    return total
  }
}

extension DetectionSettings {
  /// How wide the network is.
  var widths: DetectionWidths { DetectionWidths(channels: channels, blocks: blocks) }
}
