// Activations and arithmetic, element by element.

/// The four operations of arithmetic.
enum ONNXArithmetic {
  case add, subtract, multiply, divide

  /// Of whole numbers; overflow wraps, and nothing is divided by zero.
  func apply(_ a: Int, _ b: Int) -> Int? {
    switch self {
    case .add: a &+ b
    case .subtract: a &- b
    case .multiply: a &* b
    case .divide: b == 0 || b == -1 ? nil : a / b
    }
  }
}

extension ONNXImporter {
  mutating func elementwise(_ node: ONNXNode, _ operation: any Operation) throws {
    let (x, rank) = try activation(node)
    try set(node, .activation(add(operation, x), rank: rank))
  }

  mutating func sigmoid(_ node: ONNXNode) throws {
    let (x, rank) = try activation(node)
    let y = try add(Sigmoid(), x)
    sigmoids[y.node] = x
    try set(node, .activation(y, rank: rank))
  }

  /// Softmax or its logarithm over channels; as a head it is left out, since heads give logits.
  mutating func softmax(_ node: ONNXNode) throws {
    let (x, rank) = try activation(node)
    let axis = node.integer("axis", -1)
    guard axis == 1 || axis == 1 - rank else { throw node.unsupported("axis \(axis)") }
    let y = try add(Softmax(), x)
    softmaxes[y.node] = x
    guard node.operation == "Softmax" || onlyReader(node) == nil else { throw node.unsupported("inside a network") }
    try set(node, .activation(y, rank: rank))
  }

  mutating func pass(_ node: ONNXNode) throws { try set(node, value(node, 0)) }

  mutating func clip(_ node: ONNXNode) throws {
    let (x, rank) = try activation(node)
    let low = try node.has(1) ? constant(node, 1).first : node.attributes["min"]?.float
    let high = try node.has(2) ? constant(node, 2).first : node.attributes["max"]?.float
    guard let low, let high, low.isFinite, high.isFinite, low <= high else { throw node.unsupported("open bounds") }
    try set(node, .activation(clamped(x, low, high), rank: rank))
  }

  mutating func hardSigmoid(_ node: ONNXNode) throws {
    let (x, rank) = try activation(node)
    let gate = try gate(x, node.float("alpha", 0.2), node.float("beta", 0.5))
    try set(node, .activation(gate, rank: rank))
  }

  mutating func hardSwish(_ node: ONNXNode) throws {
    let (x, rank) = try activation(node)
    try set(node, .activation(add(Multiply(), x, gate(x, 1 / 6, 0.5)), rank: rank))
  }

  private func gate(_ x: Value, _ slope: Float, _ shift: Float) throws -> Value {
    try clamped(add(Affine(scale: slope, shift: shift), x), 0, 1)
  }

  /// `x` kept between two bounds, made of rectifiers: `low + relu(x - low) - relu(x - high)`.
  private func clamped(_ x: Value, _ low: Float, _ high: Float) throws -> Value {
    let above = try add(ReLU(), low == 0 ? x : add(Affine(shift: -low), x))
    let excess = try add(Affine(scale: -1, shift: low), add(ReLU(), add(Affine(shift: -high), x)))
    return try add(Add(), above, excess)
  }

  mutating func arithmetic(_ node: ONNXNode, _ kind: ONNXArithmetic) throws {
    switch (try value(node, 0), try value(node, 1)) {
    case (.constant(let a), .constant(let b)): try set(node, .constant(folded(node, kind, a, b)))
    case (.activation(let a, let rank), .activation(let b, let other)):
      guard rank == other else { throw node.unsupported("\(rank) and \(other) dimensions") }
      try set(node, .activation(combined(node, kind, a, b), rank: rank))
    case (.activation(let a, let rank), .constant(let b)):
      let operation = try affine(node, kind, b, a.shape, rank)
      try set(node, .activation(add(operation, a), rank: rank))
    case (.constant(let a), .activation(let b, let rank)):
      let (operand, kind) = try turned(node, kind, b)
      let operation = try affine(node, kind, a, b.shape, rank)
      try set(node, .activation(add(operation, operand), rank: rank))
    }
  }

  private mutating func folded(
    _ node: ONNXNode, _ kind: ONNXArithmetic, _ a: ONNXConstant, _ b: ONNXConstant
  ) throws -> ONNXConstant {
    guard let left = a.integers, let right = b.integers,
      left.count == right.count || left.count == 1 || right.count == 1
    else { throw node.unsupported("of two constants") }
    let count = min(left.count, right.count) == 0 ? 0 : max(left.count, right.count)
    try spend(count)
    let values = (0..<count).map { place in
      kind.apply(left[left.count == 1 ? 0 : place], right[right.count == 1 ? 0 : place])
    }
    guard !values.contains(nil) else { throw node.malformed("division by zero") }
    return ONNXConstant(
      dimensions: left.count >= right.count ? a.dimensions : b.dimensions, integers: values.map { $0! })
  }

  private func combined(_ node: ONNXNode, _ kind: ONNXArithmetic, _ a: Value, _ b: Value) throws -> Value {
    switch kind {
    case .add: return try add(Add(), a, b)
    case .subtract: return try add(Add(), a, add(Affine(scale: -1), b))
    case .multiply:
      if sigmoids[b.node] == a { return try add(SiLU(), a) }
      if sigmoids[a.node] == b { return try add(SiLU(), b) }
      return try add(Multiply(), a, b)
    case .divide: throw node.unsupported("by an activation")
    }
  }

  /// `constant kind x` as `operand kind constant`.
  private func turned(_ node: ONNXNode, _ kind: ONNXArithmetic, _ x: Value) throws -> (Value, ONNXArithmetic) {
    switch kind {
    case .add, .multiply: return (x, kind)
    case .subtract: return (try add(Affine(scale: -1), x), .add)
    case .divide: throw node.unsupported("by an activation")
    }
  }

  private mutating func affine(
    _ node: ONNXNode, _ kind: ONNXArithmetic, _ constant: ONNXConstant, _ shape: Shape, _ rank: Int
  ) throws(WeightProblem) -> Affine {
    let padded = Array(repeating: 1, count: max(0, rank - constant.dimensions.count)) + constant.dimensions
    let aligned = padded.count == rank && padded[1] == constant.count && constant.count == shape.channels
    guard constant.count == 1 || aligned else { throw node.unsupported("a constant of dimensions \(padded)") }
    try spend(constant.count)
    let values = constant.floats
    guard values.allSatisfy(\.isFinite) else { throw node.malformed("a constant that is not finite") }
    return switch kind {
    case .add: Affine(scale: [1], shift: values)
    case .subtract: Affine(scale: [1], shift: values.map { -$0 })
    case .multiply: Affine(scale: values, shift: [0])
    case .divide: Affine(scale: values.map { 1 / $0 }, shift: [0])
    }
  }
}
