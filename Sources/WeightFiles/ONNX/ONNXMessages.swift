// The messages of ONNX (onnx.proto3), as far as classifiers need them. Field numbers are those of the schema.

/// `ModelProto`.
struct ONNXModel {
  /// Version of the operation set.
  var opset = 0
  /// Who wrote it.
  var producer = ""
  /// The network.
  var graph = ONNXGraph()

  init(_ raw: UnsafeRawBufferPointer) throws(WeightProblem) {
    try Protobuf.read(raw, "ONNX model") { field, value throws(WeightProblem) in
      switch field {
      case 2: producer = value.text
      case 7: graph = try ONNXGraph(value.raw)
      case 8: try readOpset(value.raw)
      default: break
      }
    }
  }

  private mutating func readOpset(_ raw: UnsafeRawBufferPointer) throws(WeightProblem) {
    var (domain, version) = ("", 0)
    try Protobuf.read(raw, "ONNX opset") { field, value throws(WeightProblem) in
      if field == 1 { domain = value.text }
      if field == 2 { version = value.int }
    }
    if domain.isEmpty || domain == "ai.onnx" { opset = version }
  }
}

/// `GraphProto`.
struct ONNXGraph {
  /// Most nodes that are read.
  static let mostNodes = 100_000

  var name = ""
  var nodes: [ONNXNode] = []
  var initializers: [ONNXTensor] = []
  var inputs: [ONNXInput] = []
  var outputs: [String] = []

  init() {}

  init(_ raw: UnsafeRawBufferPointer) throws(WeightProblem) {
    try Protobuf.read(raw, "ONNX graph") { field, value throws(WeightProblem) in
      switch field {
      case 1:
        guard nodes.count < ONNXGraph.mostNodes else { throw .bomb(resource: "ONNX nodes", limit: ONNXGraph.mostNodes) }
        nodes.append(try ONNXNode(value.raw, index: nodes.count))
      case 2: name = value.text
      case 5: initializers.append(try ONNXTensor(value.raw))
      case 11: inputs.append(try ONNXInput(value.raw))
      case 12: outputs.append(try ONNXInput(value.raw).name)
      default: break
      }
    }
  }
}

/// `NodeProto`.
struct ONNXNode {
  var operation = ""
  var name = ""
  var domain = ""
  var inputs: [String] = []
  var outputs: [String] = []
  var attributes: [String: ONNXAttribute] = [:]
  /// Place in the graph.
  var index: Int

  init(_ raw: UnsafeRawBufferPointer, index: Int) throws(WeightProblem) {
    self.index = index
    try Protobuf.read(raw, "ONNX node") { field, value throws(WeightProblem) in
      switch field {
      case 1: inputs.append(value.text)
      case 2: outputs.append(value.text)
      case 3: name = value.text
      case 4: operation = value.text
      case 5:
        let attribute = try ONNXAttribute(value.raw)
        attributes[attribute.name] = attribute
      case 7: domain = value.text
      default: break
      }
    }
  }
}

/// `AttributeProto`.
struct ONNXAttribute {
  var name = ""
  var float: Float = 0
  var integer = 0
  var text = ""
  var tensor: ONNXTensor?
  var floats: [Float] = []
  var integers: [Int] = []

  init(_ raw: UnsafeRawBufferPointer) throws(WeightProblem) {
    try Protobuf.read(raw, "ONNX attribute") { field, value throws(WeightProblem) in
      switch field {
      case 1: name = value.text
      case 2: float = value.float
      case 3: integer = value.int
      case 4: text = value.text
      case 5: tensor = try ONNXTensor(value.raw)
      case 7: try value.append(to: &floats)
      case 8: try value.append(to: &integers)
      default: break
      }
    }
  }
}

/// `ValueInfoProto`: a name, and for inputs their dimensions; one that is not fixed is nil.
struct ONNXInput {
  var name = ""
  var dimensions: [Int?] = []

  init(_ raw: UnsafeRawBufferPointer) throws(WeightProblem) {
    try Protobuf.read(raw, "ONNX input") { field, value throws(WeightProblem) in
      if field == 1 { name = value.text }
      if field == 2 { try readType(value.raw) }
    }
  }

  private mutating func readType(_ raw: UnsafeRawBufferPointer) throws(WeightProblem) {
    try Protobuf.read(raw, "ONNX type") { field, value throws(WeightProblem) in
      guard field == 1 else { return }
      try Protobuf.read(value.raw, "ONNX tensor type") { field, value throws(WeightProblem) in
        if field == 2 { try readShape(value.raw) }
      }
    }
  }

  private mutating func readShape(_ raw: UnsafeRawBufferPointer) throws(WeightProblem) {
    try Protobuf.read(raw, "ONNX shape") { field, value throws(WeightProblem) in
      guard field == 1 else { return }
      var extent: Int?
      try Protobuf.read(value.raw, "ONNX dimension") { field, value throws(WeightProblem) in
        if field == 1 { extent = value.int }
      }
      dimensions.append(extent)
    }
  }
}
