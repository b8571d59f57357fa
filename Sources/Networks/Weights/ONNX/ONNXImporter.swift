/// A value while a network is imported.
enum ONNXValue {
  /// An activation; ONNX sees it with a batch of 1 in front, channels next: 4 dimensions for a map, 2 for a vector.
  case activation(Value, rank: Int)
  /// Known already.
  case constant(ONNXConstant)
}

/// Turns the nodes of an ONNX graph, in their order, into Mien's operations.
struct ONNXImporter {
  let file: FileBytes
  let builder: GraphBuilder
  var values: [String: ONNXValue] = [:]
  var weights: Weights = [:]
  /// Inputs of sigmoids by the node that computes them, to recognise `x * sigmoid(x)`.
  var sigmoids: [Int: Value] = [:]
  /// Inputs of softmax by the node that computes them: a head gives logits.
  var softmaxes: [Int: Value] = [:]
  /// Nodes that were made part of an earlier one.
  var absorbed: Set<Int> = []
  private var paths: Set<String> = []
  /// Which nodes read a value.
  private var readers: [String: [Int]] = [:]
  private let nodes: [ONNXNode]
  private var budget: Int

  /// The graph of `model` and its parameters.
  static func network(_ model: ONNXModel, _ file: FileBytes) throws(WeightProblem) -> (Graph, Weights) {
    do {
      var importer = try ONNXImporter(model, file)
      try importer.run()
      let graph = try importer.finish(model.graph.outputs)
      let needed = Set(graph.parameters.map(\.name))
      return (graph, importer.weights.filter { needed.contains($0.key) })
    } catch let problem as WeightProblem {
      throw problem
    } catch ShapeError.unfit(let operation, let path, _, let detail) {
      throw .malformed(part: path.isEmpty ? operation : path, detail: "\(operation) \(detail)")
    } catch {
      throw .malformed(part: "ONNX graph", detail: "a value of unreasonable size")
    }
  }

  private init(_ model: ONNXModel, _ file: FileBytes) throws {
    self.file = file
    nodes = model.graph.nodes
    budget = 8 * file.raw.count + (16 << 20)
    let constants = Set(model.graph.initializers.map(\.name))
    let inputs = model.graph.inputs.filter { !constants.contains($0.name) }
    guard inputs.count == 1 else {
      throw WeightProblem.unsupported(kind: "ONNX network", name: "\(inputs.count) inputs")
    }
    builder = GraphBuilder("onnx", input: try ONNXImporter.shape(inputs[0]))
    for initializer in model.graph.initializers {
      values[initializer.name] = .constant(try initializer.constant(file))
    }
    values[inputs[0].name] = .activation(builder.input, rank: 4)
    for node in nodes { for input in node.inputs { readers[input, default: []].append(node.index) } }
  }

  private static func shape(_ input: ONNXInput) throws -> Shape {
    let extents = input.dimensions.dropFirst().compactMap { $0 }
    guard input.dimensions.count == 4, extents.count == 3 else {
      let text = input.dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: "x")
      throw WeightProblem.unsupported(kind: "ONNX input", name: text)
    }
    let shape = Shape(height: extents[1], width: extents[2], channels: extents[0])
    guard shape.isReasonable else { throw GraphCodingError.tooLarge(path: input.name) }
    return shape
  }

  private mutating func run() throws {
    for node in nodes where !absorbed.contains(node.index) {
      guard node.domain.isEmpty || node.domain == "ai.onnx", let translate = onnxOperations[node.operation] else {
        throw node.unsupported("")
      }
      try translate(&self, node)
    }
  }

  private func finish(_ outputs: [String]) throws -> Graph {
    for (place, output) in outputs.enumerated() {
      guard case .activation(let value, _)? = values[output] else {
        throw WeightProblem.malformed(part: "ONNX output \(output)", detail: "nothing computes it")
      }
      let logits = softmaxes[value.node] ?? value
      guard logits.shape.pixels == 1 else {
        throw WeightProblem.unsupported(kind: "ONNX output", name: "a map of \(logits.shape)")
      }
      builder.head(outputs.count == 1 ? "classifier" : "output\(place)", logits)
    }
    guard !outputs.isEmpty else { throw WeightProblem.malformed(part: "ONNX graph", detail: "no output") }
    return builder.graph().forInference()
  }
}

extension ONNXImporter {
  /// Input `place` of `node`.
  func value(_ node: ONNXNode, _ place: Int) throws(WeightProblem) -> ONNXValue {
    guard node.has(place) else { throw node.malformed("input \(place) is missing") }
    guard let value = values[node.inputs[place]] else {
      throw node.malformed("reads \(node.inputs[place]) before it is there")
    }
    return value
  }

  /// Input `place` as an activation, with its number of dimensions.
  func activation(_ node: ONNXNode, _ place: Int = 0) throws(WeightProblem) -> (value: Value, rank: Int) {
    guard case .activation(let value, let rank) = try value(node, place) else {
      throw node.unsupported("input \(place) is constant")
    }
    return (value, rank)
  }

  /// Input `place` as a map.
  func map(_ node: ONNXNode, _ place: Int = 0) throws(WeightProblem) -> Value {
    let (value, rank) = try activation(node, place)
    guard rank == 4 else { throw node.unsupported("\(rank) dimensions") }
    return value
  }

  /// Input `place` as a constant.
  func constant(_ node: ONNXNode, _ place: Int) throws(WeightProblem) -> ONNXConstant {
    guard case .constant(let constant) = try value(node, place) else {
      throw node.unsupported("input \(place) is computed")
    }
    return constant
  }

  /// Input `place` as whole numbers.
  func integers(_ node: ONNXNode, _ place: Int) throws(WeightProblem) -> [Int] {
    guard let integers = try constant(node, place).integers else { throw node.malformed("input \(place) is not whole") }
    return integers
  }

  /// Sets output `place` of `node`.
  mutating func set(_ node: ONNXNode, _ value: ONNXValue, output place: Int = 0) throws(WeightProblem) {
    guard node.outputs.indices.contains(place) else { throw node.malformed("output \(place) is missing") }
    values[node.outputs[place]] = value
  }

  /// Adds `operation` without parameters.
  func add(_ operation: any Operation, _ inputs: Value...) throws -> Value {
    try builder.addChecked(operation, "", inputs)
  }

  /// Adds `operation` with `parameters` in the order of its own, and makes it the output of `node`.
  mutating func set(
    _ node: ONNXNode, _ operation: any Operation, _ input: Value, rank: Int, parameters: [Tensor]
  ) throws {
    let path = unusedPath(node)
    paths.insert(path)
    let value = try builder.addChecked(operation, path, [input])
    for (spec, tensor) in zip(operation.parameters, parameters) {
      guard tensor.shape == spec.shape else { throw node.malformed("\(spec.name) has dimensions \(tensor.shape)") }
      weights["\(path).\(spec.name)"] = tensor
    }
    try set(node, .activation(value, rank: rank))
  }

  /// The only node that reads the output of `node`.
  func onlyReader(_ node: ONNXNode) -> ONNXNode? {
    guard let output = node.outputs.first, let reader = readers[output], reader.count == 1 else { return nil }
    return nodes[reader[0]]
  }

  /// Counts `count` copied elements.
  mutating func spend(_ count: Int) throws(WeightProblem) {
    budget -= count * 4
    guard budget >= 0 else { throw .bomb(resource: "bytes of copied tensors", limit: 8 * file.raw.count + (16 << 20)) }
  }

  /// The parameter's own prefix where the file keeps PyTorch's names, else what the node's name says.
  private func unusedPath(_ node: ONNXNode) -> String {
    let weight = node.inputs.dropFirst().first { $0.hasSuffix(".weight") }
    let path = weight.map { String($0.dropLast(".weight".count)) } ?? ONNXImporter.path(node)
    var unused = path
    var number = 2
    while paths.contains(unused) {
      unused = "\(path)_\(number)"
      number += 1
    }
    return unused
  }

  /// `/layer1/layer1.0/conv1/Conv` is `layer1.0.conv1`.
  private static func path(_ node: ONNXNode) -> String {
    let parts = node.name.split(separator: "/").dropLast()
    let kept = parts.indices.filter { $0 + 1 == parts.endIndex || !parts[$0 + 1].hasPrefix("\(parts[$0]).") }
    return kept.isEmpty
      ? "\(node.operation.lowercased())\(node.index)" : kept.map { String(parts[$0]) }.joined(separator: ".")
  }
}
