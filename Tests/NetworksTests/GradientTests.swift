import Testing

@testable import Networks

/// One operation in a small graph, whose gradients are checked.
private struct GradientCase: Sendable, CustomStringConvertible {
  let description: String
  let graph: @Sendable () throws -> Graph

  init(
    _ name: String, _ inputs: Shape..., operation: @escaping @Sendable ([Value]) -> any Operation
  ) {
    description = name
    graph = {
      let total = inputs.reduce(0) { $0 + $1.count }
      let b = GraphBuilder(name, input: Shape(vector: total))
      var (parts, first): ([Value], Int) = ([], 0)
      for shape in inputs {
        let slice = try b.add(Slice(channels: first..<first + shape.count), "", b.input)
        parts.append(try b.add(Fold(shape: shape), "", slice))
        first += shape.count
      }
      let made = operation(parts)
      let out = parts.count == 1 ? try b.add(made, "op", parts[0]) : try b.add(made, "op", parts[0], parts[1])
      b.head("out", out)
      return b.graph()
    }
  }
}

/// A vector seen as an image, so that a check can have inputs of several shapes.
private struct Fold: Differentiable {
  static let name = "fold"
  static let backwardReads: BackwardReads = []
  let shape: Shape
  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { shape }
  func reference(_ io: ForwardIO) { io.output.update(from: io.inputs[0].base, count: shape.count * io.batch) }
  func backward(_ io: TrainingIO) { io.setInputGradient { io.outputGradient[$0] } }
}

private func image(_ height: Int, _ width: Int, _ channels: Int) -> Shape {
  Shape(height: height, width: width, channels: channels)
}

private let cases: [GradientCase] = [
  .init("conv2d 3x3, Winograd", image(8, 7, 8)) { Conv2d($0[0], out: 16, kernel: 3, padding: 1) },
  .init("conv2d 3x3, Winograd, 24 channels, no padding", image(10, 10, 24)) { Conv2d($0[0], out: 8, kernel: 3) },
  .init("conv2d 3x3, Winograd of six", image(6, 5, 8)) { Conv2d($0[0], out: 8, kernel: 3, padding: 1) },
  .init("conv2d 3x3, Winograd by point", image(16, 16, 176)) { Conv2d($0[0], out: 176, kernel: 3, padding: 1) },
  .init("conv2d 3x3 of 3 channels", image(5, 6, 3)) { Conv2d($0[0], out: 5, kernel: 3, padding: 1, bias: false) },
  .init("conv2d stride 2", image(7, 6, 4)) { Conv2d($0[0], out: 6, kernel: 3, stride: 2, padding: 1) },
  .init("conv2d dilation 2", image(7, 8, 2)) { Conv2d($0[0], out: 3, kernel: 3, padding: 2, dilation: 2) },
  .init("conv2d 1x7", image(4, 9, 3)) { Conv2d($0[0], out: 4, kernel: Extent(1, 7), padding: Extent(0, 3)) },
  .init("conv2d 1x1", image(3, 4, 5)) { Conv2d($0[0], out: 17, kernel: 1) },
  .init("conv2d of many channels", image(3, 3, 8)) { Conv2d($0[0], out: 32, kernel: 3, stride: 2, padding: 1) },
  .init("conv2d 1x1 of many channels", image(2, 2, 64)) { Conv2d($0[0], out: 72, kernel: 1) },
  .init("conv2d groups", image(4, 4, 6)) { Conv2d($0[0], out: 4, kernel: 3, padding: 1, groups: 2) },
  .init("conv2d depthwise", image(5, 5, 6)) { Conv2d($0[0], out: 6, kernel: 3, padding: 1, groups: 6) },
  .init("conv_transpose2d", image(3, 4, 4)) {
    ConvTranspose2d($0[0], out: 6, kernel: 3, stride: 2, padding: 1, groups: 2)
  },
  .init("conv_transpose2d of many channels", image(3, 3, 40)) {
    ConvTranspose2d($0[0], out: 16, kernel: 4, stride: 2, padding: 1)
  },
  .init("batch_norm2d", image(3, 4, 9)) { BatchNorm2d($0[0]) },
  .init("linear", Shape(vector: 11)) { Linear($0[0], out: 7) },
  .init("max_pool2d", image(5, 6, 9)) { _ in MaxPool2d(3, stride: 2, padding: 1) },
  .init("avg_pool2d", image(5, 6, 3)) { _ in AvgPool2d(3, stride: 2, padding: 1, ceilMode: true) },
  .init("adaptive_avg_pool2d", image(5, 7, 3)) { _ in AdaptiveAvgPool2d(3) },
  .init("adaptive_max_pool2d", image(5, 7, 3)) { _ in AdaptiveMaxPool2d(2) },
  .init("relu", image(3, 3, 5)) { _ in ReLU() },
  .init("silu", image(3, 3, 5)) { _ in SiLU() },
  .init("sigmoid", image(3, 3, 5)) { _ in Sigmoid() },
  .init("softmax", image(2, 2, 5)) { _ in Softmax() },
  .init("add", image(3, 2, 5), image(3, 2, 5)) { _ in Add() },
  .init("add, mask over channels", image(3, 2, 5), image(3, 2, 1)) { _ in Add() },
  .init("multiply", image(3, 2, 5), image(3, 2, 5)) { _ in Multiply() },
  .init("multiply, gate over pixels", image(3, 2, 5), image(1, 1, 5)) { _ in Multiply() },
  .init("multiply, mask over channels", image(3, 2, 1), image(3, 2, 5)) { _ in Multiply() },
  .init("affine", image(3, 2, 3)) { _ in Affine(scale: [2, -1, 0.5], shift: [0, 1, 2]) },
  .init("concat", image(3, 2, 5), image(3, 2, 2)) { _ in Concat() },
  .init("slice", image(4, 5, 6)) { _ in Slice(rows: 1..<3, columns: 2..<5, channels: 1..<4) },
  .init("zero_pad2d", image(3, 2, 3)) { _ in ZeroPad2d(top: 1, bottom: 0, left: 2, right: 1) },
  .init("upsample", image(3, 4, 2)) { _ in Upsample(to: Extent(7, 6), alignCorners: false) },
  .init("upsample, corners aligned", image(3, 4, 2)) { _ in Upsample(to: Extent(6, 9), alignCorners: true) },
  .init("channel_mean", image(3, 4, 5)) { _ in ChannelMean() },
  .init("channel_max", image(3, 4, 5)) { _ in ChannelMax() },
  .init("local_response_norm", image(2, 3, 7)) { _ in LocalResponseNorm(size: 5, alpha: 0.3, beta: 0.75, k: 1) },
  .init("dropout", image(3, 4, 5)) { _ in Dropout(0.4) },
  .init("flatten", image(3, 4, 5)) { _ in Flatten() },
  .init("elu", image(3, 3, 5)) { _ in ELU(alpha: 0.7) },
  .init("leaky_relu", image(3, 3, 5)) { _ in LeakyReLU(slope: 0.2) },
  .init("prelu", image(3, 3, 5)) { _ in PReLU(slopes: 5) },
  .init("prelu, one slope", image(3, 3, 5)) { _ in PReLU() },
  .init("gelu", image(3, 3, 5)) { _ in GELU() },
  .init("gelu, approximate", image(3, 3, 5)) { _ in GELU(approximate: true) },
  .init("tanh", image(3, 3, 5)) { _ in Tanh() },
  .init("erf", image(3, 3, 5)) { _ in Erf() },
  .init("exp", image(3, 3, 5)) { _ in Exponential() },
  .init("softplus", image(3, 3, 5)) { _ in Softplus() },
  .init("abs", image(3, 3, 5)) { _ in Absolute() },
  .init("clamp", image(3, 3, 5)) { _ in Clamp(-1, 1.2) },
  .init("power", image(3, 3, 5)) { _ in Power(2) },
  .init("group_norm", image(3, 4, 6)) { GroupNorm($0[0], groups: 2) },
  .init("group_norm of each channel", image(3, 4, 6)) { GroupNorm($0[0], groups: 6) },
  .init("layer_norm", image(3, 4, 6)) { LayerNorm($0[0]) },
  .init("expand", image(3, 1, 2)) { _ in Expand(to: image(3, 4, 2)) },
  .init("expand, channels", image(3, 4, 1)) { _ in Expand(to: image(3, 4, 3)) },
  .init("select", image(3, 4, 5)) { _ in Select(rows: [2, 0, 2], columns: [1, 1], channels: [4, 0, 1]) },
  .init("permute", image(3, 4, 6)) { _ in Permute([3, 4, 2, 3], order: [3, 0, 2, 1], output: image(9, 2, 4)) },
]

@Test func everyOperationHasAGradientCase() throws {
  let covered = Set(try cases.flatMap { try $0.graph().nodes.compactMap { $0.operation.map { type(of: $0).name } } })
  #expect(covered.isSuperset(of: operationTable.map { $0.name }))
}

/// A run of one case: weights, inputs and the factors that make one number of the outputs.
private final class GradientRun {
  let executor: GradientExecutor
  let weights: Weights
  private let batch = 3
  private var factors: [Float] = []

  init(_ graph: Graph) throws {
    var random = RandomStream(7)
    var weights: Weights = [:]
    for (name, spec) in graph.parameters {
      let values = (0..<spec.shape.reduce(1, *)).map { _ in random.signed() + (name.hasSuffix("var") ? 2 : 0) }
      weights[name] = Tensor(shape: spec.shape, values)
    }
    self.weights = weights
    executor = try GradientExecutor(
      graph: graph, weights: weights, batch: batch, pool: ThreadPool(threads: 2), inputGradient: true)
    let distinct = random.permutation(executor.input.count)
    for (i, place) in distinct.enumerated() {
      executor.input[i] = (Float(place) + 0.25) / Float(distinct.count) * 4 - 2
    }
    factors = executor.output(graph.heads[0]).map { _ in random.signed() }
  }

  /// The sum of outputs times factors, everything else in memory poisoned before.
  func loss() -> Double {
    executor.poison()
    executor.forward(batch: batch, seed: 5)
    return zip(executor.output(executor.graph.heads[0]), factors).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
  }

  func backward() {
    _ = loss()
    _ = executor.outputGradient(executor.graph.heads[0]).update(fromContentsOf: factors)
    executor.backward()
  }

  /// Largest difference between `analytic` and central differences over `values`, as a part of the largest gradient.
  func disagreement(_ values: UnsafeMutableBufferPointer<Float>, _ analytic: [Float]) -> Double {
    let step: Float = 1.0 / 256
    var (largest, worst) = (1e-3, 0.0)
    for i in stride(from: 0, to: values.count, by: max(1, values.count / 150)) {
      let old = values[i]
      values[i] = old + step
      let up = loss()
      values[i] = old - step
      let numeric = (up - loss()) / Double(2 * step)
      values[i] = old
      largest = max(largest, abs(numeric))
      worst = max(worst, abs(numeric - Double(analytic[i])))
    }
    return worst / largest
  }
}

@Test(arguments: cases) private func gradientsAreThoseOfCentralDifferences(_ one: GradientCase) throws {
  let run = try GradientRun(one.graph())
  run.backward()
  let byInput = Array(run.executor.inputGradient!)
  let byParameter = run.executor.gradients.mapValues { Array($0.elements) }
  #expect(run.disagreement(run.executor.input, byInput) < 1e-2)
  for (name, gradient) in byParameter {
    #expect(run.disagreement(run.weights[name]!.elements, gradient) < 1e-2, "\(name)")
  }
}

/// As in evaluation: running statistics and no dropout; a tap in the middle changes nothing and sees the same gradient.
@Test func gradientsAsInEvaluation() throws {
  let b = GraphBuilder("targetLayer", input: Shape(height: 4, width: 5, channels: 3))
  let normed = try b.add(BatchNorm2d(b.input), "bn", b.input)
  let x = try b.add(ReLU(), "", normed)
  let flat = try b.add(Flatten(), "", b.add(Dropout(0.5), "", x))
  let y = try b.add(Linear(flat, out: 2), "fc", flat)
  b.head("classifier", y)
  let graph = b.graph()
  var weights: Weights = [:]
  var random = RandomStream(3)
  for (name, spec) in graph.parameters {
    let values = (0..<spec.shape.reduce(1, *)).map { _ in random.signed() + (name.hasSuffix("var") ? 2 : 0) }
    weights[name] = Tensor(shape: spec.shape, values)
  }
  let executor = try GradientExecutor(
    graph: graph, weights: weights, batch: 2, pool: ThreadPool(threads: 1), trained: { _ in false },
    inputGradient: true,
    targetLayers: [normed.node])
  for i in executor.input.indices { executor.input[i] = 2 * random.signed() }
  func run() -> [Float] {
    executor.poison()
    executor.forward(batch: 2, training: false)
    return Array(executor.output(graph.heads[0]))
  }
  _ = run()
  let target = executor.outputGradient(graph.heads[0])
  for (place, value) in [1, 0, 0, -2].enumerated() { target[place] = Float(value) }
  executor.backward()
  let analytic = Array(executor.inputGradient!)
  let byNorm = Array(executor.targetLayerGradient(normed.node))
  let rectified = Array(executor.targetLayerValue(normed.node))
  // Differences across the rectifier's edge say nothing.
  for i in executor.input.indices where abs(rectified[i]) > 0.01 {
    let channel = i % 3
    let deviation = (weights["bn.running_var"]!.elements[channel] + 1e-5).squareRoot()
    #expect(abs(analytic[i] - byNorm[i] * weights["bn.weight"]!.elements[channel] / deviation) < 1e-5)
    let old = executor.input[i]
    executor.input[i] = old + 1 / 512
    let up = run()
    executor.input[i] = old - 1 / 512
    let down = run()
    executor.input[i] = old
    let numeric = (up[0] - 2 * up[3] - down[0] + 2 * down[3]) * 256
    #expect(abs(numeric - analytic[i]) < 2e-2)
  }
}

@Test(arguments: cases) private func parameterGradientsAreAddedUp(_ one: GradientCase) throws {
  let run = try GradientRun(one.graph())
  run.backward()
  let once = run.executor.gradients.mapValues { Array($0.elements) }
  run.backward()
  for (name, tensor) in run.executor.gradients {
    for (twice, single) in zip(tensor.elements, once[name]!) {
      #expect(abs(twice - 2 * single) <= 1e-5 * abs(single) + 1e-5)
    }
  }
}
