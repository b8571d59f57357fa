import Core
import Foundation
import Networks
import Zoo

/// One training run: the network, its optimiser and where it stands. One caller at a time.
///
/// Everything random is drawn from the seed, the epoch and the image, and all sums go in a fixed order: a run gives the
/// same weights to the bit for any number of threads, however often it is stopped and resumed.
public final class Trainer {
  /// The configuration.
  public let configuration: TrainingConfiguration
  /// The network.
  public let graph: Graph
  /// Parameters and running statistics.
  public var weights: Weights { trained.weights }
  /// Their average over time; empty where the configuration asks for none.
  public var average: Weights { trained.average }
  /// Figures of every epoch so far.
  public var history: [EpochFigures] { state.history }

  /// What was taken from `pretrained`; nil where nothing is named.
  public let adopted: AdoptedWeights?

  let executor: GradientExecutor
  let train: FaceDataSet
  let validation: FaceDataSet
  let trainBatches: BatchMaker
  let validationBatches: BatchMaker
  let trained: TrainedWeights
  let classWeights: [Float]?
  let teacher: Teacher?
  /// What the weights will have seen.
  let trainedOn: TrainedOn
  var schedule: Schedule
  var state: TrainingState
  /// The order of the images in the epoch for which it was drawn.
  var order: (epoch: Int, indices: [Int]) = (-1, [])

  /// Prepares a run on `train` that is judged on `validation`.
  /// - Throws: `RunError`, `GradientError`, `ShapeError` or `WeightFileError`.
  public init(
    _ configuration: TrainingConfiguration, train: FaceDataSet, validation: FaceDataSet, pool: ThreadPool? = nil
  ) throws {
    self.configuration = configuration
    let pool = pool ?? ThreadPool.shared(threads: configuration.workers)
    graph = try configuration.makeGraph()
    let weights = initialWeights(graph, seed: configuration.seed)
    adopted = try configuration.adoptPretrained(weights, graph)
    let names = try configuration.trainedNames(graph)
    executor = try GradientExecutor(
      graph: graph, weights: weights, batch: configuration.batchSize, pool: pool, trained: names.contains)
    trained = TrainedWeights(graph, weights, executor.gradients, configuration)
    self.train = configuration.dropDuplicates ? train.dropping(validation) : train
    guard self.train.count > 0 else { throw RunError.nothingToTrain(duplicates: train.count) }
    self.validation = validation
    trainBatches = BatchMaker(self.train, configuration, input: graph.input, pool: pool)
    validationBatches = BatchMaker(validation, configuration, input: graph.input, pool: pool)
    classWeights =
      configuration.weightedLoss ? balancedWeights(self.train.labels, classes: configuration.classCount) : nil
    teacher =
      configuration.teachers.isEmpty
      ? nil : try Teacher(configuration.teachers, LabelSet(configuration.classNames), self.train, pool: pool)
    trainedOn = try configuration.trainedOn(self.train, validation)
    schedule = Schedule(configuration, stepsInEpoch: Self.steps(self.train.count, configuration.batchSize))
    state = TrainingState(schedule: schedule.plateau)
    state.trainedOn = trainedOn.words
  }

  static func steps(_ images: Int, _ batch: Int) -> Int { (images + batch - 1) / batch }

  /// Steps of an epoch.
  public var stepsInEpoch: Int { schedule.stepsInEpoch }

  /// Runs `body` with the averaged weights in place of the trained ones.
  func withAverage<Result>(_ body: () throws -> Result) rethrows -> Result {
    exchange()
    defer { exchange() }
    return try body()
  }

  private func exchange() {
    for (name, tensor) in average {
      let other = weights[name]!
      for i in tensor.elements.indices { swap(&tensor.elements[i], &other.elements[i]) }
    }
  }
}

extension TrainingConfiguration {
  /// Threads that the run uses.
  var workers: Int { threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount }

  /// The architecture's graph for this configuration's input and classes.
  func makeGraph() throws -> Graph {
    guard let found = Architecture.named(architecture) else {
      throw RunError.unknownArchitecture(name: architecture, known: zooTable.map(\.name))
    }
    let input = Shape(height: imageSize, width: imageSize, channels: inChannels)
    var graph = try found.graph(input: input, classes: classCount)
    guard dropout >= 0 else { return graph }
    for index in graph.nodes.indices where graph.nodes[index].operation is Dropout {
      graph.nodes[index].operation = Dropout(Float(dropout))
    }
    return graph
  }

  /// Names of the parameters that are not frozen.
  func trainedNames(_ graph: Graph) throws -> Set<String> {
    let names = graph.parameters.filter { $0.spec.role != .buffer }.map(\.name)
    for start in frozen where !names.contains(where: { $0.hasPrefix(start) }) {
      throw RunError.frozenNothing(name: start)
    }
    return Set(names.filter { name in !frozen.contains { name.hasPrefix($0) } })
  }
}
