/// The steps of training a graph and where each value, gradient and saved state lives.
///
/// Time runs from 0 to twice the number of steps: forward, the losses in the middle, backward in reverse.
struct TrainingPlan {
  /// One operation in its place.
  struct Step {
    var operation: any Differentiable
    /// Nodes that it reads.
    var inputs: [Int]
    /// Node whose value it makes.
    var output: Int
    /// Names of its parameters in order.
    var parameters: [(name: String, spec: ParameterSpec)]
    /// For each input: whether a gradient is due, and whether another reader has stored one before.
    var gradients: [Due] = []
    /// Whether the gradient by the output is wanted: for going on, or by a targetLayer.
    var runsBackward = false
    /// Whether there is anything to compute from it.
    var hasDues = false
  }

  /// What is due to an input.
  enum Due { case none, store, add }

  private(set) var steps: [Step] = []
  private(set) var memory: MemoryPlan
  private let nodes: Int

  /// - Parameter targetLayers: nodes whose values last to the end and whose gradients are due whatever is trained.
  init(
    _ graph: Graph, batch: Int, trained: (String) -> Bool, inputGradient: Bool, targetLayers: Set<Int>
  ) throws(GradientError) {
    nodes = graph.nodes.count
    steps = try Self.fuse(graph, keeping: targetLayers)
    Self.mark(&steps, graph, trained, inputGradient, targetLayers)
    memory = MemoryPlan(Self.lifetimes(steps, graph, batch, targetLayers))
  }

  func value(_ node: Int) -> Int? { memory.offsets[node] }
  func gradient(_ node: Int) -> Int? { memory.offsets[nodes + node] }
  func saved(_ step: Int) -> Int? { memory.offsets[2 * nodes + step] }

  /// Batch norm takes in a rectifier that alone reads it, unless its own output is kept.
  private static func fuse(_ graph: Graph, keeping targetLayers: Set<Int>) throws(GradientError) -> [Step] {
    var readers = [Int](repeating: 0, count: graph.nodes.count)
    for node in graph.nodes { for input in node.inputs { readers[input] += 1 } }
    for head in graph.heads { readers[head.node] += 1 }
    for targetLayer in targetLayers { readers[targetLayer] += 1 }
    var steps: [Step] = []
    for (index, node) in graph.nodes.enumerated() {
      guard let operation = node.operation else { continue }
      if operation is ReLU, let last = steps.lastIndex(where: { $0.output == node.inputs[0] }),
        readers[node.inputs[0]] == 1, let norm = steps[last].operation as? BatchNormStep
      {
        steps[last].operation = BatchNormStep(norm: norm.norm, relu: true)
        steps[last].output = index
        continue
      }
      let trainable: any Operation =
        (operation as? BatchNorm2d).map { BatchNormStep(norm: $0, relu: false) } ?? operation
      guard let trainable = trainable as? any Differentiable else {
        throw .notDifferentiable(operation: type(of: operation).name)
      }
      steps.append(Step(operation: trainable, inputs: node.inputs, output: index, parameters: node.parameters))
    }
    return steps
  }

  private static func mark(
    _ steps: inout [Step], _ graph: Graph, _ trained: (String) -> Bool, _ inputGradient: Bool, _ targetLayers: Set<Int>
  ) {
    var needs = [Bool](repeating: false, count: graph.nodes.count)
    needs[0] = inputGradient
    for step in steps {
      needs[step.output] =
        targetLayers.contains(step.output) || step.inputs.contains { needs[$0] }
        || step.parameters.contains { $0.spec.role != .buffer && trained($0.name) }
    }
    var reached = Set(graph.heads.map(\.node).filter { needs[$0] })
    for index in steps.indices.reversed() where reached.contains(steps[index].output) {
      steps[index].runsBackward = true
      steps[index].gradients = steps[index].inputs.map { input in
        guard needs[input] else { return .none }
        return reached.insert(input).inserted ? .store : .add
      }
      steps[index].hasDues =
        steps[index].gradients.contains { $0 != .none }
        || steps[index].parameters.contains { $0.spec.role != .buffer && trained($0.name) }
    }
  }

  private static func lifetimes(
    _ steps: [Step], _ graph: Graph, _ batch: Int, _ targetLayers: Set<Int>
  ) -> [MemoryPlan.Lifetime] {
    let (count, nodes) = (steps.count, graph.nodes.count)
    var value: [Int: ClosedRange<Int>] = [:]
    var gradient: [Int: ClosedRange<Int>] = [:]
    func extend(_ lives: inout [Int: ClosedRange<Int>], _ node: Int, _ time: Int) {
      lives[node] = lives[node].map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    }
    for head in graph.heads {
      extend(&value, head.node, count)
      extend(&gradient, head.node, count)
    }
    for targetLayer in targetLayers { extend(&value, targetLayer, 2 * count) }
    var lives: [MemoryPlan.Lifetime] = []
    for (index, step) in steps.enumerated() {
      let back = 2 * count - index
      let reads = type(of: step.operation).backwardReads
      for node in step.inputs + [step.output] { extend(&value, node, index) }
      let saved = step.operation.savedFloats(
        batch: batch, inputs: step.inputs.map { graph.nodes[$0].shape }, output: graph.nodes[step.output].shape)
      if saved > 0 {
        let last = step.runsBackward ? back : index
        lives.append(.init(node: 2 * nodes + index, floats: saved, steps: index...last))
      }
      guard step.runsBackward else { continue }
      if reads.contains(.inputs) { for node in step.inputs { extend(&value, node, back) } }
      if reads.contains(.output) { extend(&value, step.output, back) }
      extend(&gradient, step.output, back)
      for (node, due) in zip(step.inputs, step.gradients) where due != .none { extend(&gradient, node, back) }
    }
    value[0] = nil
    if let input = gradient[0] { gradient[0] = input.lowerBound...2 * count }
    lives += value.map { .init(node: $0.key, floats: batch * graph.nodes[$0.key].shape.count, steps: $0.value) }
    lives += gradient.map {
      .init(node: nodes + $0.key, floats: batch * graph.nodes[$0.key].shape.count, steps: $0.value)
    }
    return lives.sorted { $0.node < $1.node }
  }
}

/// Why a graph cannot be trained.
public enum GradientError: Error, Hashable, Sendable {
  /// The operation has no backward form.
  case notDifferentiable(operation: String)
  /// The weights lack a parameter.
  case missing(parameter: String)
  /// A parameter has other dimensions than the graph asks for.
  case misshapen(parameter: String, expected: [Int], found: [Int])
  /// A step would work in more memory than one may take on this machine; both in bytes.
  case tooMuchMemory(bytes: Int, limit: Int)
}
