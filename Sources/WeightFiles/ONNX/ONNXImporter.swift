import Networks

/// A value while a network is imported.
enum ONNXValue {
  /// Computed for each image.
  case activation(ONNXActivation)
  /// Known already.
  case constant(ONNXConstant)
}

/// What a value was made of, to recognise functions that exporters write in parts.
enum ONNXPart {
  /// `sigmoid(x)` of another value.
  case sigmoid(Value)
  /// `erf(x / sqrt(2))`.
  case errorShare(Value)
  /// `1 + erf(x / sqrt(2))`.
  case doubleShare(Value)
  /// `x / 2`.
  case half(Value)
  /// `x * (1 + erf(x / sqrt(2)))`.
  case doubleGELU(Value)
  /// `x / sqrt(2)`.
  case overRoot(Value)
}

/// Turns the nodes of an ONNX graph into Mien's operations.
struct ONNXImporter {
  let source: ONNXSource
  let builder: GraphBuilder
  /// Version of the operation set.
  let opset: Int
  var values: [String: ONNXValue] = [:]
  var weights: Weights = [:]
  /// By the node that computes them.
  var parts: [Int: ONNXPart] = [:]
  /// Inputs of softmax by the node that computes them: a head gives logits.
  var softmaxes: [Int: ONNXActivation] = [:]
  /// Orders of memory that are there already.
  var arrangements: [ONNXArrangement: Value] = [:]
  /// Nodes that were made part of an earlier one.
  var absorbed: Set<Int> = []
  private var paths: Set<String> = []
  /// Which nodes read a value.
  private var readers: [String: [Int]] = [:]
  private let nodes: [ONNXNode]
  /// The batch that the file fixes.
  let batch: Int

  /// The graph of `model` and its parameters.
  static func network(_ model: ONNXModel, _ source: ONNXSource) throws(WeightProblem) -> (Graph, Weights) {
    do {
      var importer = try ONNXImporter(model, source)
      for index in try model.graph.order() where !importer.absorbed.contains(index) {
        try importer.translate(importer.nodes[index])
      }
      let graph = try importer.finish(model.graph.outputs)
      let needed = Set(graph.parameters.map(\.name))
      return (graph, importer.weights.filter { needed.contains($0.key) })
    } catch let problem as WeightProblem {
      throw problem
    } catch ShapeError.unfit(let operation, let path, _, let detail) {
      throw .malformed(part: path.isEmpty ? operation : path, detail: "\(operation) \(detail)")
    } catch GraphCodingError.tooMuchMemory(let bytes) {
      throw .bomb(resource: "MB for one image (\(bytes >> 20))", limit: Graph.mostBytes >> 20)
    } catch {
      throw .malformed(part: "ONNX graph", detail: "a value of unreasonable size")
    }
  }

  private init(_ model: ONNXModel, _ source: ONNXSource) throws {
    self.source = source
    nodes = model.graph.nodes
    opset = model.opset
    let constants = Set(model.graph.initializers.map(\.name))
    let inputs = model.graph.inputs.filter { !constants.contains($0.name) }
    guard inputs.count == 1 else {
      throw WeightProblem.unsupported(kind: "ONNX network", name: "\(inputs.count) inputs")
    }
    let (shape, layout) = try inputs[0].image(source.size)
    batch = inputs[0].dimensions.first.flatMap { $0 } ?? 1
    builder = GraphBuilder("onnx", input: shape)
    for initializer in model.graph.initializers {
      values[initializer.name] = .constant(try initializer.constant(source))
    }
    values[inputs[0].name] = .activation(ONNXActivation(value: builder.input, layout: layout))
    for node in nodes { for input in node.inputs { readers[input, default: []].append(node.index) } }
  }

  private mutating func translate(_ node: ONNXNode) throws {
    if onnxQuantised.contains(node.operation) { throw WeightProblem.quantised(operation: node.operation) }
    if onnxAttention.contains(node.operation) { throw WeightProblem.attention(operation: node.operation) }
    guard node.domain.isEmpty || node.domain == "ai.onnx" else { throw node.unsupported("") }
    if let constant = try folded(node) { return try set(node, .constant(constant)) }
    guard let translate = onnxOperations[node.operation] else { throw node.unsupported("") }
    try translate(&self, node)
  }

  private mutating func finish(_ outputs: [String]) throws -> Graph {
    for (place, output) in outputs.enumerated() {
      guard case .activation(let value)? = values[output] else {
        throw WeightProblem.malformed(part: "ONNX output \(output)", detail: "nothing computes it")
      }
      let logits = softmaxes[value.value.node] ?? value
      guard logits.extents.count(where: { $0 > 1 }) <= 1 else {
        throw WeightProblem.unsupported(kind: "ONNX output", name: "a map of \(logits.value.shape)")
      }
      let vector = try arranged(logits, logits.layout.logical, Shape(vector: logits.value.shape.count))
      builder.head(outputs.count == 1 ? "classifier" : "output\(place)", vector)
    }
    guard !outputs.isEmpty else { throw WeightProblem.malformed(part: "ONNX graph", detail: "no output") }
    return try builder.graph().forInference().checked()
  }
}

extension ONNXImporter {
  /// Input `place` of `node`.
  func value(_ node: ONNXNode, _ place: Int) throws(WeightProblem) -> ONNXValue {
    guard node.has(place) else { throw node.malformed("input \(place) is missing") }
    guard let value = values[node.inputs[place]] else {
      throw node.malformed("reads \(node.inputs[place]), which nothing computes")
    }
    return value
  }

  /// Input `place` as an activation.
  func activation(_ node: ONNXNode, _ place: Int = 0) throws(WeightProblem) -> ONNXActivation {
    guard case .activation(let value) = try value(node, place) else {
      throw node.unsupported("input \(place) is constant")
    }
    return value
  }

  /// Input `place` as a constant.
  func constant(_ node: ONNXNode, _ place: Int) throws(WeightProblem) -> ONNXConstant {
    guard case .constant(let constant) = try value(node, place) else {
      throw node.unsupported("input \(place) is computed")
    }
    return constant
  }

  /// Input `place` as a constant; nil where it is not there.
  func optional(_ node: ONNXNode, _ place: Int) throws(WeightProblem) -> ONNXConstant? {
    node.has(place) ? try constant(node, place) : nil
  }

  /// Input `place` as whole numbers.
  func integers(_ node: ONNXNode, _ place: Int) throws(WeightProblem) -> [Int] {
    guard let integers = try constant(node, place).integers else { throw node.malformed("input \(place) is not whole") }
    return integers
  }

  /// The whole numbers of an attribute, or of the input that later versions have in its place; nil where neither is
  /// there.
  func list(_ node: ONNXNode, _ name: String, orInput place: Int) throws(WeightProblem) -> [Int]? {
    if let attribute = node.attributes[name] { return attribute.integers }
    return node.has(place) ? try integers(node, place) : nil
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

  /// Adds `operation` with `parameters` in the order of its own.
  mutating func add(
    _ node: ONNXNode, _ operation: any Operation, _ input: Value, parameters: [Tensor]
  ) throws -> Value {
    let path = unusedPath(node)
    paths.insert(path)
    let value = try builder.addChecked(operation, path, [input])
    for (spec, tensor) in zip(operation.parameters, parameters) {
      guard tensor.shape == spec.shape else { throw node.malformed("\(spec.name) has dimensions \(tensor.shape)") }
      weights["\(path).\(spec.name)"] = tensor
    }
    return value
  }

  /// The only node that reads the output of `node`.
  func onlyReader(_ node: ONNXNode) -> ONNXNode? {
    guard let output = node.outputs.first, let reader = readers[output], reader.count == 1 else { return nil }
    return nodes[reader[0]]
  }

  /// Counts `count` copied elements.
  func spend(_ count: Int) throws(WeightProblem) { try source.spend(count * 4) }

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
