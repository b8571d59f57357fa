/// A graph as data: nodes in order, each with its operation's name in `operationTable` and settings.
/// Decoding checks what `GraphBuilder` checks, so a malformed file gives an error and not a network that cannot run.
extension Graph: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, input, nodes, heads
  }

  /// Writes name, input, nodes and heads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(input, forKey: .input)
    try container.encode(nodes.dropFirst().map(CodedNode.init), forKey: .nodes)
    try container.encode(heads, forKey: .heads)
  }

  /// Builds the graph anew.
  /// - Throws: `DecodingError`, `ShapeError` or `GraphCodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let shape = try container.decode(Shape.self, forKey: .input)
    guard shape.isReasonable else { throw GraphCodingError.tooLarge(path: "input") }
    let builder = GraphBuilder(try container.decode(String.self, forKey: .name), input: shape)
    var values = [builder.input]
    for node in try container.decode([CodedNode].self, forKey: .nodes) {
      guard node.inputs.allSatisfy(values.indices.contains) else { throw GraphCodingError.badInput(path: node.path) }
      values.append(try builder.addChecked(node.operation, node.path, node.inputs.map { values[$0] }))
    }
    for head in try container.decode([Head].self, forKey: .heads) {
      guard values.indices.contains(head.node) else { throw GraphCodingError.badInput(path: head.name) }
      builder.head(head.name, values[head.node], trainingOnly: head.trainingOnly)
    }
    self = try builder.graph().checked()
  }
}

/// Why coded nodes make no graph, besides `ShapeError`.
public enum GraphCodingError: Error, Hashable, Sendable {
  /// `operation` is not in `operationTable`.
  case unknownOperation(String)
  /// The node at `path` reads a node that does not come before it.
  case badInput(path: String)
  /// The value at `path` is larger than any real network's.
  case tooLarge(path: String)
  /// No head says anything when the network is used.
  case noHead
  /// Values that are needed at one time take more memory than any real network's; bytes for one image.
  case tooMuchMemory(bytes: Int)
}

extension GraphBuilder {
  /// `add`, for graphs that come from a file: also refuses values of unreasonable size.
  package func addChecked(_ operation: any Operation, _ path: String, _ inputs: [Value]) throws -> Value {
    let value = try add(operation, path, inputs)
    guard value.shape.isReasonable else { throw GraphCodingError.tooLarge(path: path) }
    return value
  }
}

extension Shape {
  /// Positive extents and at most 64 million elements.
  package var isReasonable: Bool {
    guard let count = elementCount([height, width, channels]) else { return false }
    return (1...(1 << 26)).contains(count)
  }
}

extension Graph {
  /// Bytes of values that may be alive at once for one image of a graph from a file.
  package static let mostBytes = 1 << 30

  /// The graph, for graphs that come from a file: it must have a head, and no moment of a run may need memory without
  /// bound.
  package func checked() throws(GraphCodingError) -> Graph {
    guard heads.contains(where: { !$0.trainingOnly }) else { throw .noHead }
    let bytes = forInference().bytesAliveAtOnce
    guard bytes <= Graph.mostBytes else { throw .tooMuchMemory(bytes: bytes) }
    return self
  }

  /// The most bytes that values take at any moment of a run on one image, each held until its last reader has run.
  private var bytesAliveAtOnce: Int {
    var last = Array(nodes.indices)
    for (index, node) in nodes.enumerated() { for input in node.inputs { last[input] = index } }
    for head in heads { last[head.node] = nodes.count }
    var ends = [Int](repeating: 0, count: nodes.count + 1)
    var (alive, most) = (0, 0)
    for (index, node) in nodes.enumerated() {
      alive += node.shape.count * 4
      most = max(most, alive)
      ends[last[index]] += node.shape.count * 4
      alive -= ends[index]
    }
    return most
  }
}

/// A node as a file has it.
private struct CodedNode: Codable {
  var operation: any Operation
  var path: String
  var inputs: [Int]

  enum CodingKeys: String, CodingKey {
    case operation, path, inputs, settings
  }

  init(_ node: Node) {
    operation = node.operation!
    path = node.path
    inputs = node.inputs
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .operation)
    guard let type = operationTable.first(where: { $0.name == name }) else {
      throw GraphCodingError.unknownOperation(name)
    }
    _ = try container.decode(ReasonableSettings.self, forKey: .settings)
    operation = try type.init(from: container.superDecoder(forKey: .settings))
    path = try container.decode(String.self, forKey: .path)
    inputs = try container.decode([Int].self, forKey: .inputs)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type(of: operation).name, forKey: .operation)
    try container.encode(path, forKey: .path)
    try container.encode(inputs, forKey: .inputs)
    try operation.encode(to: container.superEncoder(forKey: .settings))
  }
}

/// Settings whose numbers are all small enough that no shape rule overflows.
private struct ReasonableSettings: Decodable {
  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: AnyKey.self) {
      for key in object.allKeys { _ = try object.decode(ReasonableSettings.self, forKey: key) }
    } else if var list = try? decoder.unkeyedContainer() {
      while !list.isAtEnd { _ = try list.decode(ReasonableSettings.self) }
    } else if let number = try? decoder.singleValueContainer().decode(Double.self), number.magnitude > Double(1 << 26) {
      throw GraphCodingError.tooLarge(path: decoder.codingPath.map(\.stringValue).joined(separator: "."))
    }
  }

  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
