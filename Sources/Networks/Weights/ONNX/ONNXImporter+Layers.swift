// Operations with parameters, pooling and padding.

extension ONNXImporter {
  mutating func convolution(_ node: ONNXNode) throws {
    let weight = try constant(node, 1).parameter
    guard weight.shape.count == 4 else { throw node.unsupported("\(weight.shape.count - 2) dimensions") }
    guard weight.shape.allSatisfy({ (1...(1 << 20)).contains($0) }) else {
      throw node.malformed("weights \(weight.shape)")
    }
    let kernel = Extent(weight.shape[2], weight.shape[3])
    let (stride, dilation) = (try node.extent("strides", 1), try node.extent("dilations", 1))
    let (x, padding) = try padded(
      map(node), node.pads(over: map(node).shape, kernel: kernel, stride: stride, dilation: dilation))
    let operation = Conv2d(
      x, out: weight.shape[0], kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      groups: node.integer("group", 1), bias: node.has(2))
    try set(node, operation, x, rank: 4, parameters: [weight] + (node.has(2) ? [constant(node, 2).parameter] : []))
  }

  mutating func batchNorm(_ node: ONNXNode) throws {
    let (x, rank) = try activation(node)
    let operation = BatchNorm2d(x, eps: node.float("epsilon", 1e-5))
    try set(node, operation, x, rank: rank, parameters: (1...4).map { try constant(node, $0).parameter })
  }

  mutating func gemm(_ node: ONNXNode) throws {
    guard node.integer("transA", 0) == 0, node.float("alpha", 1) == 1, node.float("beta", 1) == 1 else {
      throw node.unsupported("transposed or scaled")
    }
    try linear(
      node, constant(node, 1), outFirst: node.integer("transB", 0) == 1, bias: node.has(2) ? constant(node, 2) : nil)
  }

  /// A product with a matrix; a sum with a vector that alone follows is its bias.
  mutating func matMul(_ node: ONNXNode) throws {
    let matrix = try constant(node, 1)
    guard let sum = onlyReader(node), sum.operation == "Add", let output = sum.outputs.first,
      let bias = sum.inputs.compactMap({ name in values[name] }).first,
      case .constant(let vector) = bias, vector.count == matrix.dimensions.last
    else { return try linear(node, matrix, outFirst: false, bias: nil) }
    try linear(node, matrix, outFirst: false, bias: vector)
    absorbed.insert(sum.index)
    values[output] = values[node.outputs[0]]
  }

  private mutating func linear(
    _ node: ONNXNode, _ matrix: ONNXConstant, outFirst: Bool, bias: ONNXConstant?
  ) throws {
    let (x, rank) = try activation(node)
    guard rank == 2, matrix.dimensions.count == 2 else { throw node.unsupported("\(rank) dimensions") }
    let weight = outFirst ? matrix.parameter : try transposed(matrix)
    let out = weight.shape[0]
    let operation = Linear(x, out: out, bias: bias != nil)
    let vector = try bias.map { try spread($0, out, node) }
    try set(node, operation, x, rank: 2, parameters: [weight] + (vector.map { [$0] } ?? []))
  }

  private mutating func spread(
    _ bias: ONNXConstant, _ count: Int, _ node: ONNXNode
  ) throws(WeightProblem) -> Tensor {
    try spend(count)
    if bias.count == count { return Tensor(shape: [count], bias.floats) }
    guard bias.count == 1 else { throw node.malformed("a bias of dimensions \(bias.dimensions)") }
    return Tensor(shape: [count], Array(repeating: bias.floats[0], count: count))
  }

  /// A copy of a matrix with rows and columns exchanged.
  mutating func transposed(_ matrix: ONNXConstant) throws(WeightProblem) -> Tensor {
    let (rows, columns) = (matrix.dimensions[0], matrix.dimensions[1])
    guard matrix.count > 0 else { throw .malformed(part: "ONNX matrix", detail: "no elements") }
    try spend(matrix.count)
    let (source, result) = (matrix.parameter, Tensor(shape: [columns, rows]))
    for row in 0..<rows {
      for column in 0..<columns { result.elements[column * rows + row] = source.elements[row * columns + column] }
    }
    return result
  }

  mutating func maxPool(_ node: ONNXNode) throws {
    let (x, window) = try pooling(node)
    guard try node.extent("dilations", 1) == 1, node.outputs.count == 1 else {
      throw node.unsupported("dilation or indices")
    }
    let operation = MaxPool2d(
      window.kernel, stride: window.stride, padding: window.padding, ceilMode: window.ceilMode)
    try set(node, .activation(add(operation, x), rank: 4))
  }

  mutating func averagePool(_ node: ONNXNode) throws {
    let (x, window) = try pooling(node)
    let operation = AvgPool2d(
      window.kernel, stride: window.stride, padding: window.padding, ceilMode: window.ceilMode,
      countIncludePad: node.integer("count_include_pad", 0) == 1)
    try set(node, .activation(add(operation, x), rank: 4))
  }

  private func pooling(_ node: ONNXNode) throws -> (Value, PoolWindow) {
    let x = try map(node)
    let (kernel, stride) = (try node.extent("kernel_shape", 0), try node.extent("strides", 1))
    guard let padding = try node.pads(over: x.shape, kernel: kernel, stride: stride).symmetric else {
      throw node.unsupported("padding of one side")
    }
    return (x, PoolWindow(kernel, stride: stride, padding: padding, ceilMode: node.integer("ceil_mode", 0) == 1))
  }

  mutating func wholeMap(_ node: ONNXNode, _ operation: any Operation) throws {
    try set(node, .activation(add(operation, map(node)), rank: 4))
  }

  /// Over the whole map, or over channels.
  mutating func reduce(_ node: ONNXNode, map whole: any Operation, channels: any Operation) throws {
    let x = try map(node)
    let listed = try node.attributes["axes"]?.integers ?? (node.has(1) ? integers(node, 1) : [])
    let keeps = node.integer("keepdims", 1) == 1
    switch Set(listed.map { $0 < 0 ? $0 &+ 4 : $0 }) {
    case [2, 3]: try set(node, .activation(add(whole, x), rank: keeps ? 4 : 2))
    case [1] where keeps: try set(node, .activation(add(channels, x), rank: 4))
    default: throw node.unsupported("axes \(listed.prefix(8))")
    }
  }

  mutating func pad(_ node: ONNXNode) throws {
    let (x, rank) = try activation(node)
    let pads = try node.attributes["pads"]?.integers ?? integers(node, 1)
    if pads.allSatisfy({ $0 == 0 }) { return try set(node, .activation(x, rank: rank)) }
    let value = try node.has(2) ? constant(node, 2).first ?? 0 : node.float("value", 0)
    guard node.text("mode", "constant") == "constant", value == 0, rank == 4, pads.count == 8,
      pads[0...1] == [0, 0], pads[4...5] == [0, 0]
    else { throw node.unsupported("padding other than zeros around the map") }
    let sides = try ONNXPads(node, [pads[2], pads[3], pads[6], pads[7]])
    let operation = ZeroPad2d(top: sides.top, bottom: sides.bottom, left: sides.left, right: sides.right)
    try set(node, .activation(add(operation, x), rank: 4))
  }

  /// What an operation with symmetric padding needs: where the sides differ, zeros are added before it.
  private func padded(_ x: Value, _ pads: ONNXPads) throws -> (Value, Extent) {
    if let padding = pads.symmetric { return (x, padding) }
    let operation = ZeroPad2d(top: pads.top, bottom: pads.bottom, left: pads.left, right: pads.right)
    return (try add(operation, x), 0)
  }
}
