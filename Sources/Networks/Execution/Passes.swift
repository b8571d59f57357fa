import Kernels

/// One thing that the executor runs: an operation with what passes have folded and fused into it.
struct Step {
  /// Node of the graph whose value it makes.
  var node: Int
  /// Nodes that went into it, in order.
  var absorbed: [Int]
  var operation: any Operation
  /// Path of the first node in it that has one.
  var path: String
  /// Nodes whose values it reads; the residual is last.
  var inputs: [Int]
  /// Extents of the operation's own inputs: those of the graph, which the nodes that stand for them may have otherwise.
  var shapes: [Shape]
  var parameters: [Tensor]
  var fusion = Fusion()

  /// Once a kernel has them, another copy is a waste.
  var withoutParameters: Step {
    var step = self
    step.parameters = []
    return step
  }
}

/// The graph as steps, after the passes: dead nodes and identities dropped, batch norm folded, activations and
/// residual additions fused. Values keep the numbers of the graph's nodes.
struct StepList {
  private(set) var steps: [Step] = []
  private let graph: Graph
  /// Values that someone outside reads.
  private let roots: Set<Int>
  /// Node whose value stands for this one's.
  private var alias: [Int]
  private var readers: [Int]
  private var producer: [Int: Int] = [:]

  init(_ graph: Graph, weights: Weights, keep: Set<Int>) throws(ExecutorError) {
    self.graph = graph
    alias = Array(graph.nodes.indices)
    readers = Array(repeating: 0, count: graph.nodes.count)
    roots = keep.union(graph.heads.filter { !$0.trainingOnly }.map(\.node))
    let needed = graph.ancestors(of: Array(roots))
    dropIdentities(needed)
    countReaders(needed)
    for index in graph.nodes.indices where needed.contains(index) && alias[index] == index {
      try add(index, weights)
    }
  }

  /// Lets go of what the kernels hold.
  mutating func forgetParameters() { steps = steps.map(\.withoutParameters) }

  /// The node that holds the value of `node`.
  func resolve(_ node: Int) -> Int { alias[node] }

  private mutating func dropIdentities(_ needed: Set<Int>) {
    for (index, node) in graph.nodes.enumerated() where needed.contains(index) {
      guard let operation = node.operation, operation.isIdentity(node.inputs.map { graph.nodes[$0].shape }) else {
        continue
      }
      alias[index] = alias[node.inputs[0]]
    }
  }

  private mutating func countReaders(_ needed: Set<Int>) {
    for root in roots { readers[alias[root]] += 1 }
    for (index, node) in graph.nodes.enumerated() where needed.contains(index) && alias[index] == index {
      for input in node.inputs { readers[alias[input]] += 1 }
    }
  }

  private mutating func add(_ index: Int, _ weights: Weights) throws(ExecutorError) {
    guard let operation = graph.nodes[index].operation else { return }
    let inputs = graph.nodes[index].inputs.map { alias[$0] }
    let parameters = try tensors(of: graph.nodes[index], weights)
    if fold(operation, index, inputs, parameters) || fuseFunction(operation, index, inputs)
      || fuseResidual(operation, index, inputs)
    {
      return
    }
    producer[index] = steps.count
    steps.append(
      Step(
        node: index, absorbed: [index], operation: operation, path: graph.nodes[index].path, inputs: inputs,
        shapes: graph.nodes[index].inputs.map { graph.nodes[$0].shape }, parameters: parameters))
  }

  private func tensors(of node: Node, _ weights: Weights) throws(ExecutorError) -> [Tensor] {
    var found: [Tensor] = []
    for (name, spec) in node.parameters {
      guard let tensor = weights[name] else { throw .missing(parameter: name) }
      guard tensor.shape == spec.shape else {
        throw .misshapen(parameter: name, expected: spec.shape, found: tensor.shape)
      }
      found.append(tensor)
    }
    return found
  }

  /// The step that makes `node`, if `node` is read by `reader` alone, which keeps its shape, and nothing is fused
  /// behind it yet.
  private func soleProducer(of node: Int, for reader: Int) -> Int? {
    guard readers[node] == 1, let step = producer[node], steps[step].fusion.function == .identity,
      graph.nodes[node].shape == graph.nodes[reader].shape
    else { return nil }
    return step
  }

  private mutating func absorb(_ index: Int, into step: Int) {
    producer[steps[step].node] = nil
    producer[index] = step
    steps[step].node = index
    steps[step].absorbed.append(index)
  }

  /// Batch norm right after a convolution or a linear layer becomes part of its weights.
  private mutating func fold(_ operation: any Operation, _ index: Int, _ inputs: [Int], _ own: [Tensor]) -> Bool {
    guard let norm = operation as? BatchNorm2d, let step = soleProducer(of: inputs[0], for: index),
      !steps[step].fusion.addsResidual,
      let folded = norm.folded(own, into: steps[step].operation, steps[step].parameters)
    else { return false }
    steps[step].operation = folded.operation
    steps[step].parameters = folded.parameters
    absorb(index, into: step)
    return true
  }

  private mutating func fuseFunction(_ operation: any Operation, _ index: Int, _ inputs: [Int]) -> Bool {
    guard let function = operation.function, let step = soleProducer(of: inputs[0], for: index),
      steps[step].operation.fusions.contains(.activation)
    else { return false }
    steps[step].fusion.function = function
    absorb(index, into: step)
    return true
  }

  /// The later of an addition's two producers takes the other's value along.
  private mutating func fuseResidual(_ operation: any Operation, _ index: Int, _ inputs: [Int]) -> Bool {
    guard operation is Add, inputs.count == 2, inputs[0] != inputs[1],
      Set(graph.nodes[index].inputs.map { graph.nodes[$0].shape }).count == 1
    else { return false }
    let later = (producer[inputs[0]] ?? -1) > (producer[inputs[1]] ?? -1) ? 0 : 1
    guard let step = soleProducer(of: inputs[later], for: index), !steps[step].fusion.addsResidual,
      steps[step].operation.fusions.contains(.residual)
    else { return false }
    steps[step].inputs.append(inputs[1 - later])
    steps[step].fusion.addsResidual = true
    absorb(index, into: step)
    return true
  }
}
