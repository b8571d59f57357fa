/// Runs a graph forward as in training and backward: values, gradients and saved states live in one planned arena.
///
///     let executor = try GradientExecutor(graph: graph, weights: weights, batch: 128, pool: pool)
///     executor.input.update(fromContentsOf: pixels)
///     executor.forward(batch: 128, seed: step)
///     // read output("classifier"), write outputGradient("classifier")
///     executor.zeroGradients()
///     executor.backward()
///
/// The weights' running statistics are updated by `forward`. Results are the same to the bit for any number of threads.
/// One caller at a time.
public final class GradientExecutor {
  /// The network.
  public let graph: Graph
  /// Largest batch.
  public let batch: Int
  /// Where the caller writes: `batch` images in NHWC order.
  public let input: UnsafeMutableBufferPointer<Float>
  /// Gradients of the trained parameters by name.
  public let gradients: Weights

  /// Its threads.
  public var pool: ThreadPool { threadPool.pool }

  private let plan: TrainingPlan
  private let weights: Weights
  private let arena: FloatAllocation
  private let inputMemory: FloatAllocation
  private let threadPool: TrainingThreadPool
  private let exact: Bool
  /// Copies of the targetLayer nodes' gradients: backward overwrites the originals.
  private let targetLayer: [Int: FloatAllocation]
  private var current = 0
  private var seed: UInt64 = 0
  private var isTraining = true

  /// Prepares `graph` for batches of up to `batch` images.
  /// - Parameters:
  ///   - trained: which parameters get gradients, by name.
  ///   - inputGradient: whether the gradient by the input is wanted.
  ///   - exact: plain sums in place of Winograd's convolutions, which are faster and round more coarsely.
  ///   - targetLayers: nodes, each an ancestor of a head, whose values and gradients are wanted.
  /// - Throws: `GradientError`.
  public init(
    graph: Graph, weights: Weights, batch: Int, pool: ThreadPool, trained: (String) -> Bool = { _ in true },
    inputGradient: Bool = false, targetLayers: Set<Int> = [], exact: Bool = false
  ) throws(GradientError) {
    precondition(!targetLayers.contains(0) && targetLayers.isSubset(of: graph.ancestors(of: graph.heads.map(\.node))))
    try Self.check(graph, weights)
    (self.graph, self.weights, self.batch, self.exact) = (graph, weights, batch, exact)
    plan = try TrainingPlan(
      graph, batch: batch, trained: trained, inputGradient: inputGradient, targetLayers: targetLayers)
    guard plan.memory.size <= MemoryBudget.floats else {
      throw .tooMuchMemory(bytes: plan.memory.size * 4, limit: MemoryBudget.floats * 4)
    }
    targetLayer = Dictionary(
      uniqueKeysWithValues: targetLayers.map { ($0, FloatAllocation(count: batch * graph.nodes[$0].shape.count)) })
    arena = FloatAllocation(count: plan.memory.size)
    inputMemory = FloatAllocation(count: batch * graph.input.count)
    input = inputMemory.elements
    threadPool = TrainingThreadPool(pool: pool)
    var gradients: Weights = [:]
    for (name, spec) in graph.parameters where spec.role != .buffer && trained(name) {
      gradients[name] = Tensor(shape: spec.shape)
    }
    self.gradients = gradients
  }

  private static func check(_ graph: Graph, _ weights: Weights) throws(GradientError) {
    for (name, spec) in graph.parameters {
      guard let tensor = weights[name] else { throw .missing(parameter: name) }
      guard tensor.shape == spec.shape else {
        throw .misshapen(parameter: name, expected: spec.shape, found: tensor.shape)
      }
    }
  }

  /// Bytes of values, gradients and saved states.
  public var arenaBytes: Int { arena.elements.count * 4 }

  /// Runs the first `batch` images of `input`; `seed` decides the random choices (dropout).
  /// Without `training` it runs as in evaluation: running statistics, no dropout.
  public func forward(batch: Int, seed: UInt64 = 0, training: Bool = true) {
    precondition((1...self.batch).contains(batch))
    (current, self.seed, isTraining) = (batch, seed, training)
    for index in plan.steps.indices { plan.steps[index].operation.trainingForward(io(index)) }
  }

  /// Runs backward from the heads' gradients, adding to `gradients`.
  public func backward() {
    for index in plan.steps.indices.reversed() where plan.steps[index].runsBackward {
      keepGradient(of: plan.steps[index].output)
      if plan.steps[index].hasDues { plan.steps[index].operation.backward(io(index)) }
    }
  }

  /// Whole by the time that backward reaches the step that makes `node`.
  private func keepGradient(of node: Int) {
    guard let copy = targetLayer[node] else { return }
    _ = copy.elements.update(fromContentsOf: block(plan.gradient(node), node))
  }

  /// Value of a targetLayer node after `forward`.
  public func targetLayerValue(_ node: Int) -> UnsafeBufferPointer<Float> {
    precondition(targetLayer[node] != nil)
    return UnsafeBufferPointer(block(plan.value(node), node))
  }

  /// Gradient by a targetLayer node after `backward`.
  public func targetLayerGradient(_ node: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(targetLayer[node]!.elements)
  }

  /// Forgets the gradients by parameters.
  public func zeroGradients() {
    for tensor in gradients.values { tensor.elements.update(repeating: 0) }
  }

  /// Value of a head after `forward`.
  public func output(_ head: Head) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(block(plan.value(head.node), head.node))
  }

  /// Where the gradient by a head goes before `backward`; all heads' must be written.
  public func outputGradient(_ head: Head) -> UnsafeMutableBufferPointer<Float> {
    block(plan.gradient(head.node), head.node)
  }

  /// Gradient by the input after `backward`, where it was asked for.
  public var inputGradient: UnsafeBufferPointer<Float>? {
    plan.gradient(0).map { UnsafeBufferPointer(block($0, 0)) }
  }

  /// Fills all memory that lasts no longer than a step with infinities: what is read without being written shows.
  func poison() { arena.elements.update(repeating: .infinity) }

  private func block(_ offset: Int?, _ node: Int) -> UnsafeMutableBufferPointer<Float> {
    let count = batch * graph.nodes[node].shape.count
    return .init(start: arena.elements.baseAddress! + offset!, count: count)
  }

  private func io(_ index: Int) -> TrainingIO {
    let step = plan.steps[index]
    let base = arena.elements.baseAddress!
    func at(_ offset: Int?) -> UnsafeMutablePointer<Float> { base + (offset ?? 0) }
    let inputs = step.inputs.map { node in
      Activation(
        node == 0 ? UnsafePointer(input.baseAddress!) : UnsafePointer(at(plan.value(node))), graph.nodes[node].shape)
    }
    let dues = zip(step.inputs, step.gradients).map { node, due in
      due == .none ? nil : InputGradient(base: at(plan.gradient(node)), accumulates: due == .add)
    }
    return TrainingIO(
      batch: current, inputs: inputs, parameters: step.parameters.map { weights[$0.name]! },
      output: at(plan.value(step.output)), outputShape: graph.nodes[step.output].shape,
      outputGradient: at(plan.gradient(step.output)), inputGradients: dues,
      parameterGradients: step.parameters.map { gradients[$0.name]?.elements.baseAddress },
      saved: at(plan.saved(index)),
      threadPool: threadPool, seed: seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15, isTraining: isTraining, exact: exact
    )
  }
}
