// Functions of each element.
import Networks

extension ONNXImporter {
  /// Sets the output of `node` to `operation` of the same elements.
  mutating func elementwise(_ node: ONNXNode, _ operation: any Operation) throws {
    let x = try activation(node)
    try set(node, .activation(x.with(add(operation, x.value))))
  }

  mutating func pass(_ node: ONNXNode) throws { try set(node, value(node, 0)) }

  /// Between kinds of floating-point numbers: Mien has one.
  mutating func cast(_ node: ONNXNode) throws {
    guard [1, 10, 11, 16].contains(node.integer("to", 1)) else { throw node.unsupported("to whole numbers") }
    try pass(node)
  }

  mutating func sigmoid(_ node: ONNXNode) throws {
    let x = try activation(node)
    let y = try add(Sigmoid(), x.value)
    parts[y.node] = .sigmoid(x.value)
    try set(node, .activation(x.with(y)))
  }

  mutating func errorFunction(_ node: ONNXNode) throws {
    let x = try activation(node)
    let y = try add(Erf(), x.value)
    if case .overRoot(let origin)? = parts[x.value.node] { parts[y.node] = .errorShare(origin) }
    try set(node, .activation(x.with(y)))
  }

  /// Softmax or its logarithm; as a head it is left out, since heads give logits.
  mutating func softmax(_ node: ONNXNode) throws {
    let x = try activation(node)
    let axis = try node.axis("axis", opset < 13 ? 1 : -1, x.rank)
    let moved = try channels(x, opset < 13 ? Array(axis..<x.rank) : [axis])
    let y = try add(Softmax(), moved.value)
    softmaxes[y.node] = moved
    guard node.operation == "Softmax" || onlyReader(node) == nil else { throw node.unsupported("inside a network") }
    try set(node, .activation(moved.with(y)))
  }

  mutating func clip(_ node: ONNXNode) throws {
    let low = try optional(node, 1)?.first ?? node.attributes["min"]?.float
    let high = try optional(node, 2)?.first ?? node.attributes["max"]?.float
    try elementwise(node, ONNXImporter.clamp(low, high))
  }

  /// No bound that is not finite; a rectifier where it is that.
  private static func clamp(_ low: Float?, _ high: Float?) -> any Operation {
    let (low, high) = (low.flatMap { $0 > -3e38 ? $0 : nil }, high.flatMap { $0 < 3e38 ? $0 : nil })
    return low == 0 && high == nil ? ReLU() : Clamp(low, high)
  }

  /// The larger or smaller of an activation and a number.
  mutating func bound(_ node: ONNXNode, isLower: Bool) throws {
    let places = node.inputs.indices
    let numbers = places.compactMap { place in try? constant(node, place) }
    guard places.count == 2, let number = numbers.first, number.count == 1, let bound = number.first else {
      throw node.unsupported("of two activations")
    }
    let x = try (try? activation(node, 0)) ?? activation(node, 1)
    let y = try add(isLower ? ONNXImporter.clamp(bound, nil) : ONNXImporter.clamp(nil, bound), x.value)
    try set(node, .activation(x.with(y)))
  }

  mutating func power(_ node: ONNXNode) throws {
    guard let exponent = try constant(node, 1).first, try constant(node, 1).count == 1, exponent.isFinite else {
      throw node.unsupported("of many exponents")
    }
    try elementwise(node, Power(exponent))
  }

  mutating func hardSigmoid(_ node: ONNXNode) throws {
    let x = try activation(node)
    try set(node, .activation(x.with(gate(x.value, node.float("alpha", 0.2), node.float("beta", 0.5)))))
  }

  mutating func hardSwish(_ node: ONNXNode) throws {
    let x = try activation(node)
    try set(node, .activation(x.with(add(Multiply(), x.value, gate(x.value, 1 / 6, 0.5)))))
  }

  private func gate(_ x: Value, _ slope: Float, _ shift: Float) throws -> Value {
    try add(Clamp(0, 1), add(Affine(scale: slope, shift: shift), x))
  }

  /// `x * tanh(softplus(x))`.
  mutating func mish(_ node: ONNXNode) throws {
    let x = try activation(node)
    try set(node, .activation(x.with(add(Multiply(), x.value, add(Tanh(), add(Softplus(), x.value))))))
  }

  /// `x / (1 + |x|)`.
  mutating func softsign(_ node: ONNXNode) throws {
    let x = try activation(node)
    let divisor = try add(Power(-1), add(Affine(shift: 1), add(Absolute(), x.value)))
    try set(node, .activation(x.with(add(Multiply(), x.value, divisor))))
  }

  mutating func selu(_ node: ONNXNode) throws {
    let x = try activation(node)
    let (alpha, gamma) = (node.float("alpha", 1.673_263_2), node.float("gamma", 1.050_701))
    try set(node, .activation(x.with(add(Affine(scale: gamma), add(ELU(alpha: alpha), x.value)))))
  }

  /// `alpha * elu(x / alpha)`.
  mutating func celu(_ node: ONNXNode) throws {
    let x = try activation(node)
    let alpha = node.float("alpha", 1)
    guard alpha > 0, alpha.isFinite else { throw node.malformed("alpha \(alpha)") }
    let inner = try add(ELU(), add(Affine(scale: 1 / alpha), x.value))
    try set(node, .activation(x.with(add(Affine(scale: alpha), inner))))
  }

  mutating func prelu(_ node: ONNXNode) throws {
    let slope = try constant(node, 1)
    if slope.count == 1, let slope = slope.first { return try elementwise(node, LeakyReLU(slope: slope)) }
    let (x, slopes) = try spread(node, slope, activation(node))
    let y = try add(
      node, PReLU(slopes: slopes.count), x.value, parameters: [Tensor(shape: [slopes.count], slopes)])
    try set(node, .activation(x.with(y)))
  }
}
