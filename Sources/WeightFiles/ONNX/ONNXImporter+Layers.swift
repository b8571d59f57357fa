// Convolutions and products with matrices.
import Networks

extension ONNXImporter {
  mutating func convolution(_ node: ONNXNode) throws {
    let x = try activation(node)
    let weight = try kernelWeights(node, x.rank)
    let kernel = Extent(weight.shape[2], weight.shape[3])
    let (stride, dilation) = (try node.extent("strides", 1), try node.extent("dilations", 1))
    let image = try map(node, x)
    let pads = try node.pads(over: image.shape, kernel: kernel, stride: stride, dilation: dilation)
    let input = try pads.symmetric == nil ? add(pads.zeros, image) : image
    let operation = Conv2d(
      input, out: weight.shape[0], kernel: kernel, stride: stride, padding: pads.symmetric ?? 0, dilation: dilation,
      groups: node.integer("group", 1), bias: node.has(2))
    try setMap(node, add(node, operation, input, parameters: [weight] + bias(node)), rank: x.rank)
  }

  /// What the padding cuts off is cut off afterwards where its sides differ.
  mutating func transposedConvolution(_ node: ONNXNode) throws {
    let x = try activation(node)
    let weight = try kernelWeights(node, x.rank)
    let kernel = Extent(weight.shape[2], weight.shape[3])
    let (stride, extra) = (try node.extent("strides", 1), try node.extent("output_padding", 0))
    let pads = try ONNXPads(node, node.attributes["pads"]?.integers ?? [0, 0, 0, 0])
    let groups = node.integer("group", 1)
    guard ["NOTSET", ""].contains(node.text("auto_pad", "NOTSET")), node.attributes["output_shape"] == nil,
      try node.extent("dilations", 1) == 1, (1...(1 << 20)).contains(groups),
      x.rank == 4 || extra == 0, pads.bottom >= extra.height, pads.right >= extra.width
    else { throw node.unsupported("with dilation or a given output") }
    let (bottom, right) = (pads.bottom - extra.height, pads.right - extra.width)
    let isEven = bottom == pads.top && right == pads.left
    let image = try map(node, x)
    let operation = ConvTranspose2d(
      image, out: weight.shape[1] * groups, kernel: kernel, stride: stride, padding: isEven ? pads.start : 0,
      groups: groups, bias: node.has(2))
    var y = try add(node, operation, image, parameters: [weight] + bias(node))
    if !isEven {
      guard pads.top + bottom < y.shape.height, pads.left + right < y.shape.width else {
        throw node.malformed("padding that leaves nothing")
      }
      y = try add(
        Slice(rows: pads.top..<y.shape.height - bottom, columns: pads.left..<y.shape.width - right), y)
    }
    try setMap(node, y, rank: x.rank)
  }

  /// Weights with both directions of a kernel; one is 1 where the file has one direction.
  private func kernelWeights(_ node: ONNXNode, _ rank: Int) throws(WeightProblem) -> Tensor {
    var constant = try constant(node, 1)
    if constant.dimensions.count == 3, rank == 3 { constant.dimensions.insert(1, at: 2) }
    guard constant.dimensions.count == 4 else { throw node.unsupported("\(constant.dimensions.count - 2) dimensions") }
    guard constant.dimensions.allSatisfy({ (1...(1 << 20)).contains($0) }) else {
      throw node.malformed("weights \(constant.dimensions)")
    }
    return constant.parameter
  }

  private func bias(_ node: ONNXNode) throws(WeightProblem) -> [Tensor] {
    guard let bias = try optional(node, 2) else { return [] }
    return [bias.with(dimensions: [bias.count]).parameter]
  }

  /// Sets the output to a map.
  mutating func setMap(_ node: ONNXNode, _ value: Value, rank: Int) throws {
    try set(node, .activation(ONNXActivation(value: value, layout: ONNXLayout(map: value.shape, rank: rank))))
  }

  mutating func gemm(_ node: ONNXNode) throws {
    guard node.integer("transA", 0) == 0 else { throw node.unsupported("transposed") }
    if node.has(1), case .activation = try value(node, 1) { throw WeightProblem.attention(operation: "Gemm") }
    let bias = try optional(node, 2).map { try scaled($0, node.float("beta", 1)) }
    let matrix = try scaled(constant(node, 1), node.float("alpha", 1))
    try linear(node, matrix, outFirst: node.integer("transB", 0) == 1, bias: bias)
  }

  private func scaled(_ constant: ONNXConstant, _ factor: Float) throws(WeightProblem) -> ONNXConstant {
    guard factor != 1 else { return constant }
    try spend(constant.count)
    return ONNXConstant(dimensions: constant.dimensions, floats: constant.floats.map { $0 * factor })
  }

  /// A product with a matrix; a sum with a vector that alone follows is its bias.
  mutating func matMul(_ node: ONNXNode) throws {
    if case .activation = try value(node, 0), case .activation = try value(node, 1) {
      throw WeightProblem.attention(operation: "MatMul")
    }
    var matrix = try constant(node, 1)
    while matrix.dimensions.count > 2, matrix.dimensions[0] == 1 { matrix.dimensions.removeFirst() }
    guard let sum = onlyReader(node), sum.operation == "Add", let output = sum.outputs.first,
      let bias = sum.inputs.compactMap({ name in values[name] }).first,
      case .constant(let vector) = bias, vector.count == matrix.dimensions.last,
      vector.dimensions.last == vector.count
    else { return try linear(node, matrix, outFirst: false, bias: nil) }
    try linear(node, matrix, outFirst: false, bias: vector)
    absorbed.insert(sum.index)
    values[output] = values[node.outputs[0]]
  }

  /// A fully connected layer over the last dimension: a convolution of one pixel where there are several vectors.
  private mutating func linear(
    _ node: ONNXNode, _ matrix: ONNXConstant, outFirst: Bool, bias: ONNXConstant?
  ) throws {
    let given = try activation(node)
    guard given.rank >= 2, matrix.dimensions.count == 2 else { throw node.unsupported("\(given.rank) dimensions") }
    let x = try channels(given, [given.rank - 1])
    let weight = outFirst ? matrix.parameter : try transposed(matrix)
    let out = weight.shape[0]
    guard (1...(1 << 24)).contains(out) else { throw node.malformed("weights \(weight.shape)") }
    let vector = try bias.map { try repeated($0, out, node) }
    let operation: any Operation =
      x.value.shape.pixels == 1
      ? Linear(x.value, out: out, bias: vector != nil) : Conv2d(x.value, out: out, kernel: 1, bias: vector != nil)
    let kernel = x.value.shape.pixels == 1 ? weight : weight.viewed([out, weight.shape[1], 1, 1])
    let y = try add(node, operation, x.value, parameters: [kernel] + (vector.map { [$0] } ?? []))
    try set(node, .activation(ONNXActivation(value: y, layout: x.layout.replacingLast(out))))
  }

  private func repeated(_ bias: ONNXConstant, _ count: Int, _ node: ONNXNode) throws(WeightProblem) -> Tensor {
    if bias.count == count { return bias.with(dimensions: [count]).parameter }
    guard bias.count == 1 else { throw node.malformed("a bias of dimensions \(bias.dimensions)") }
    try spend(count)
    return Tensor(shape: [count], Array(repeating: bias.floats[0], count: count))
  }

  /// A copy of a matrix with rows and columns exchanged.
  private func transposed(_ matrix: ONNXConstant) throws(WeightProblem) -> Tensor {
    let (rows, columns) = (matrix.dimensions[0], matrix.dimensions[1])
    guard matrix.count > 0 else { throw .malformed(part: "ONNX matrix", detail: "no elements") }
    try spend(matrix.count)
    let (source, result) = (matrix.parameter, Tensor(shape: [columns, rows]))
    for row in 0..<rows {
      for column in 0..<columns { result.elements[column * rows + row] = source.elements[row * columns + column] }
    }
    return result
  }
}

extension Tensor {
  /// The same elements in other dimensions.
  func viewed(_ shape: [Int]) -> Tensor { Tensor(shape: shape, viewing: elements, of: self) }
}

extension ONNXPads {
  /// The padding as an operation.
  var zeros: ZeroPad2d { ZeroPad2d(top: top, bottom: bottom, left: left, right: right) }
}

extension ONNXLayout {
  /// With `extent` elements in the last dimension, which is innermost in memory.
  func replacingLast(_ extent: Int) -> ONNXLayout {
    var result = self
    if result.axes[rank - 1].isEmpty {
      result.sizes.append(extent)
      result.axes[rank - 1] = [result.sizes.count - 1]
    } else {
      result.sizes[result.sizes.count - 1] = extent
    }
    result.normalise()
    return result
  }
}
