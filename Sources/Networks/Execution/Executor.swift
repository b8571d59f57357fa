import Kernels

/// Why a graph cannot be made ready to run.
public enum ExecutorError: Error, Hashable, Sendable {
  /// The weights lack a parameter.
  case missing(parameter: String)
  /// A parameter has other dimensions than the graph asks for.
  case misshapen(parameter: String, expected: [Int], found: [Int])
  /// A run would work in more memory than one may take on this machine; both in bytes.
  case tooMuchMemory(bytes: Int, limit: Int)
}

/// A network ready to run: parameters packed, kernels chosen, memory planned by liveness in one arena.
///
///     let executor = try Executor(graph: graph, weights: weights)
///     executor.input.update(fromContentsOf: pixels)   // NHWC
///     executor.run()
///     let logits = executor.output("classifier")
///
/// A run allocates nothing, and its result is the same to the bit for any number of threads. One executor serves one
/// caller at a time; several executors may share a `ThreadPool`, whose jobs then take turns.
public final class Executor: PoolJob {
  /// The network.
  public let graph: Graph
  /// Largest batch.
  public let batch: Int
  /// Where the caller writes: `batch` images in NHWC order. A run leaves it as it is.
  public let input: UnsafeMutableBufferPointer<Float>

  let layers: [Layer]
  private let pool: ThreadPool
  private let memory: FloatAllocation
  private let inputMemory: FloatAllocation
  private let tables: PointerTable
  private let steps: StepList
  private let scratch: Int
  private let shared: Int
  private var current = 0
  private var phase = 0
  private var call: LayerCall

  /// Prepares `graph` for batches of up to `batch` images.
  /// - Parameters:
  ///   - usual: the batch for which kernels are chosen; nil: the largest.
  ///   - keep: nodes besides the heads whose values can be read after a run.
  ///   - packed: what executors of this network with these weights share.
  ///   - instructions: the instruction set to run with; results do not depend on it.
  /// - Throws: `ExecutorError` where `weights` do not fit the graph.
  public init(
    graph: Graph, weights: Weights, batch: Int = 1, usual: Int? = nil, pool: ThreadPool = ThreadPool(threads: 1),
    keep: Set<Int> = [], packed: PackedParameters = PackedParameters(), instructions: InstructionSet = .chosen
  ) throws(ExecutorError) {
    precondition(batch > 0)
    self.graph = graph
    self.batch = batch
    self.pool = pool
    var steps = try StepList(graph, weights: weights, keep: keep)
    layers = steps.steps.map { Layer($0, graph, batch: batch, usual: usual ?? batch, packed: packed, instructions) }
    steps.forgetParameters()
    self.steps = steps
    let plan = MemoryPlan(steps.lifetimes(graph, batch: batch, keep: keep))
    scratch = (layers.map(\.kernel.scratch).max() ?? 0).roundedUp(to: 16) + 16
    shared = (layers.map(\.kernel.shared).max() ?? 0).roundedUp(to: 16) + 16
    let floats = plan.size + shared + scratch * pool.threads
    guard floats <= MemoryBudget.floats else {
      throw .tooMuchMemory(bytes: floats * 4, limit: MemoryBudget.floats * 4)
    }
    memory = FloatAllocation(count: floats, scattered: true)
    inputMemory = FloatAllocation(count: batch * graph.input.count + 16)
    input = .init(rebasing: inputMemory.elements[..<(batch * graph.input.count)])
    tables = PointerTable(layers, plan, memory.elements.baseAddress!, input: input.baseAddress!)
    let start = memory.elements.baseAddress! + plan.size
    call = LayerCall(
      batch: batch, inputs: tables.inputs(0), output: start, scratch: start + shared, shared: start)
  }

  /// Runs the first `batch` (all where nil) images of `input`.
  public func run(batch: Int? = nil) {
    prepare(batch: batch ?? self.batch)
    for index in layers.indices { perform(index) }
  }

  func prepare(batch: Int) {
    precondition((1...self.batch).contains(batch))
    call.batch = batch
  }

  /// The value of a head for the whole batch, image after image; overwritten by the next run.
  public func output(_ head: String) -> UnsafeBufferPointer<Float>? {
    graph.heads.first { $0.name == head && !$0.trainingOnly }.flatMap { value(of: $0.node) }
  }

  /// The value of a head, the input or a kept node in NHWC order; nil for one that was not kept.
  public func value(of node: Int) -> UnsafeBufferPointer<Float>? {
    guard let base = tables.values[steps.resolve(node)] else { return nil }
    return .init(start: base, count: batch * graph.nodes[node].shape.count)
  }

  /// Bytes of activations and scratch that a run works in.
  public var workingBytes: Int { (memory.elements.count + inputMemory.elements.count) * 4 }

  func perform(_ index: Int) {
    let kernel = layers[index].kernel
    current = index
    call.inputs = tables.inputs(index)
    call.output = tables.output(index)
    for phase in 0..<kernel.phases(batch: call.batch) {
      self.phase = phase
      pool.run(parts: kernel.parts(phase: phase, batch: call.batch), self)
    }
  }

  /// A part of the running layer; called by the pool.
  public func run(part: Int, worker: Int) {
    var call = call
    call.scratch += worker * scratch
    layers[current].kernel.run(phase: phase, part: part, call)
  }
}

/// A step with its kernel.
struct Layer {
  let step: Step
  /// Holds the parameters, packed or in place.
  let kernel: any LayerKernel
  /// Multiply-accumulates for one image.
  let macs: Int

  init(_ step: Step, _ graph: Graph, batch: Int, usual: Int, packed: PackedParameters, _ set: InstructionSet) {
    self.step = step.withoutParameters
    let request = KernelRequest(
      inputs: step.shapes, output: graph.nodes[step.node].shape, parameters: step.parameters,
      batch: batch, usual: usual, fusion: step.fusion, node: step.node,
      instructions: set, packed: packed)
    kernel = step.operation.kernel(request)
    macs = step.operation.macs(request.inputs, request.output)
  }
}

extension StepList {
  /// How long each value must hold; kept values and heads to the end.
  func lifetimes(_ graph: Graph, batch: Int, keep: Set<Int>) -> [MemoryPlan.Lifetime] {
    var last: [Int: Int] = [:]
    for (index, step) in steps.enumerated() {
      for input in step.inputs { last[input] = index }
    }
    for node in keep.union(graph.heads.filter { !$0.trainingOnly }.map(\.node)) { last[resolve(node)] = steps.count }
    return steps.enumerated().map { index, step in
      .init(
        node: step.node, floats: batch * graph.nodes[step.node].shape.count,
        steps: index...max(index, last[step.node] ?? index))
    }
  }
}

/// The addresses that layers read and write, laid out once.
private final class PointerTable {
  /// First float of each value; only of those that hold to the end may others read.
  let values: [Int: UnsafeMutablePointer<Float>]
  private let entries: UnsafeMutablePointer<UnsafePointer<Float>>
  private let firsts: [Int]
  private let outputs: [UnsafeMutablePointer<Float>]

  init(_ layers: [Layer], _ plan: MemoryPlan, _ arena: UnsafeMutablePointer<Float>, input: UnsafeMutablePointer<Float>)
  {
    var values = plan.offsets.mapValues { arena + $0 }
    values[0] = input
    self.values = values
    let reads = layers.flatMap(\.step.inputs)
    entries = .allocate(capacity: reads.count + 1)
    for (place, node) in reads.enumerated() { (entries + place).initialize(to: UnsafePointer(values[node]!)) }
    (entries + reads.count).initialize(to: UnsafePointer(input))
    firsts = layers.reduce(into: [0]) { $0.append($0.last! + $1.step.inputs.count) }
    outputs = layers.map { values[$0.step.node]! }
  }

  deinit { entries.deallocate() }

  func inputs(_ layer: Int) -> UnsafePointer<UnsafePointer<Float>> { UnsafePointer(entries + firsts[layer]) }
  func output(_ layer: Int) -> UnsafeMutablePointer<Float> { outputs[layer] }
}
