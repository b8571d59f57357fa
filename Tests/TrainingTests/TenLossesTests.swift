import Foundation
import Networks
import TestSupport
import Testing
import WeightFiles
import Zoo

@testable import Training

/// Networks that are trained for ten steps beside PyTorch in double precision, from the same weights and batches.
///
/// Single precision, Winograd's transforms and OpenBLAS's order of sums round otherwise than doubles, and a rectifier whose input is near zero then
/// passes or stops a whole gradient: so gradients are compared by their distance, not element by element. Batch norm over few
/// images makes each step's differences several times larger in the next, in deep networks a hundredfold in four steps. How far single
/// precision may go astray PyTorch itself says, which takes the same steps in it: plain sums may be four times as far from doubles by
/// then. Fast convolutions, which round more coarsely, are followed for the first steps of deep networks.
private struct LossCase: Sendable, CustomStringConvertible {
  let description: String
  let input: Shape
  /// Largest distance of a parameter's gradient by plain sums, as a part of the length of PyTorch's.
  var gradientTolerance: Float
  /// Largest difference of a loss, where PyTorch's single precision is not a quarter as far away.
  var lossTolerance: Double
  /// Steps for which fast convolutions are followed.
  var quickSteps = 10
}

private let quickCases = [
  LossCase(
    description: "mien_vgg", input: Shape(height: 40, width: 40, channels: 1), gradientTolerance: 0.03,
    lossTolerance: 5e-3)
]

private let slowCases = [
  LossCase(
    description: "alexnet", input: Shape(height: 64, width: 64, channels: 3), gradientTolerance: 1e-5,
    lossTolerance: 1e-5),
  LossCase(
    description: "resnet18", input: Shape(height: 64, width: 64, channels: 3), gradientTolerance: 0.03,
    lossTolerance: 5e-3),
  LossCase(
    description: "resmasking", input: Shape(height: 64, width: 64, channels: 3), gradientTolerance: 0.03,
    lossTolerance: 5e-3, quickSteps: 2),
  LossCase(
    description: "densenet121", input: Shape(height: 64, width: 64, channels: 3), gradientTolerance: 0.03,
    lossTolerance: 5e-3, quickSteps: 4),
]

private let oracle = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("Oracle/graph.py")

@Suite(.enabled(if: Python.has("torch"), "\(Python.missing("torch"))")) struct TenLosses {
  @Test(arguments: quickCases) fileprivate func gradientsAndLossesArePyTorchs(_ one: LossCase) throws {
    try compare(one)
  }
}

@Suite(.enabled(if: Python.has("torch"), "\(Python.missing("torch"))")) struct TenLossesSlow {
  @Test(arguments: slowCases) fileprivate func gradientsAndLossesArePyTorchs(_ one: LossCase) throws {
    try compare(one)
  }
}

/// Distance of a gradient by fast convolutions, as a part of the length of PyTorch's.
private let fastTolerance = Float(0.03)
private let (batch, steps, rate) = (8, 10, Float(5e-4))

private func compare(_ one: LossCase) throws {
  let folder = try Scratch()
  let graph = try withoutDropout(Architecture.named(one.description)!.graph(input: one.input))
  let weights = initialWeights(graph, seed: 3)
  var random = RandomStream(11)
  let labels = (0..<steps).map { _ in (0..<batch).map { _ in Int(random.next() % 7) } }
  let inputs = (0..<steps * batch * one.input.count).map { _ in random.normal() }
  try WeightFile(weights: weights).write(safetensors: folder.file("weights.safetensors").path)
  try GraphExport(graph, rate: rate).write(folder.file("graph.json").path)
  try JSONEncoder().encode(labels).write(to: folder.file("labels.json"))
  try FloatFile.write(inputs, to: folder.file("inputs.f32"))
  try Python.run(file: oracle, folder.folder.path)

  let (expected, single) = (try losses(folder, "losses.json"), try losses(folder, "single.json"))
  for exact in [false, true] {
    let training = try SmallTraining(graph, initialWeights(graph, seed: 3), exact: exact)
    var (worst, astray) = (0.0, 0.0)
    for step in 0..<(exact ? steps : one.quickSteps) {
      let loss = training.step(inputs, labels[step], number: step)
      if step == 0 {
        let tolerance = exact ? one.gradientTolerance : max(one.gradientTolerance, fastTolerance)
        try compareGradients(training.executor.gradients, folder, tolerance)
      }
      training.update(number: step)
      worst = max(worst, abs(loss - expected[step]))
      astray = max(astray, abs(single[step] - expected[step]))
      let limit = max(one.lossTolerance, exact ? 4 * astray : 0)
      #expect(abs(loss - expected[step]) < limit, "step \(step): \(loss), PyTorch's \(expected[step])")
    }
    print(
      "\(one), \(exact ? "plain sums" : "fast convolutions"): losses within \(worst) of PyTorch's in double precision,"
        + " its own in single precision within \(astray)")
  }
}

private func losses(_ folder: Scratch, _ file: String) throws -> [Double] {
  try JSONDecoder().decode([Double].self, from: Data(contentsOf: folder.file(file)))
}

private func withoutDropout(_ graph: Graph) -> Graph {
  var graph = graph
  for index in graph.nodes.indices where graph.nodes[index].operation is Dropout {
    graph.nodes[index].operation = Dropout(0)
  }
  return graph
}

/// The training loop without the program around it: smoothed cross-entropy of every head, and SGD.
private struct SmallTraining {
  let executor: GradientExecutor
  private let slots: [ParameterSlot]
  private let optimizer = SGD(momentum: 0.9, nesterov: true, weightDecay: 5e-4)

  init(_ graph: Graph, _ weights: Weights, exact: Bool) throws {
    executor = try GradientExecutor(
      graph: graph, weights: weights, batch: batch, pool: ThreadPool(threads: 2), exact: exact)
    slots = executor.gradients.map {
      ParameterSlot(name: $0.key, value: weights[$0.key]!, gradient: $0.value, decays: true, moments: 1)
    }
  }

  /// The loss before the step, whose gradients are left in the executor.
  func step(_ inputs: [Float], _ labels: [Int], number: Int) -> Double {
    let count = executor.input.count
    _ = executor.input.update(fromContentsOf: inputs[number * count..<(number + 1) * count])
    executor.forward(batch: batch)
    let loss = executor.graph.heads.reduce(0.0) { sum, head in
      let classes = executor.graph.nodes[head.node].shape.count
      let targets = Targets(labels: labels, classes: classes, smoothing: 0.1, weights: nil)
      return sum + targets.loss(executor.output(head), weight: 1, gradient: executor.outputGradient(head))
    }
    executor.zeroGradients()
    executor.backward()
    return loss
  }

  func update(number: Int) {
    for slot in slots { optimizer.update(slot, rate: rate, step: number + 1, scale: 1) }
  }
}

/// Gradients that batch norm makes zero (of biases before it, say) are noise: parts of the longest tell them.
private func compareGradients(_ gradients: Weights, _ folder: Scratch, _ tolerance: Float) throws {
  let expected = try gradients.mapValues(\.elements.count).keys.reduce(into: [String: [Float]]()) {
    $0[$1] = try FloatFile.read(folder.file("gradients/\($1).f32"))
  }
  let longest = expected.values.map(length).max()!
  for (name, tensor) in gradients {
    let difference = length(zip(tensor.elements, expected[name]!).map { $0 - $1 })
    let scale = max(length(expected[name]!), longest * 1e-3)
    #expect(difference <= tolerance * scale, "\(name): \(difference / scale)")
  }
}

private func length(_ values: [Float]) -> Float { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
