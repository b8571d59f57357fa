// Sums, differences, products and quotients.
import Networks

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

  /// Of any numbers.
  func apply(_ a: Float, _ b: Float) -> Float {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    }
  }
}

extension ONNXImporter {
  mutating func arithmetic(_ node: ONNXNode, _ kind: ONNXArithmetic) throws {
    switch (try value(node, 0), try value(node, 1)) {
    case (.constant, .constant): throw node.unsupported("of two constants")
    case (.activation(let a), .activation(let b)):
      try set(node, .activation(combined(node, kind, a, b)))
    case (.activation(let a), .constant(let b)):
      try set(node, .activation(affine(node, kind, a, b)))
    case (.constant(let a), .activation(let b)):
      let (operand, kind) = try turned(kind, b)
      try set(node, .activation(affine(node, kind, operand, a)))
    }
  }

  /// Of any number of values.
  mutating func sum(_ node: ONNXNode) throws {
    var total = try activation(node)
    for place in node.inputs.indices.dropFirst() { total = try combined(node, .add, total, activation(node, place)) }
    try set(node, .activation(total))
  }

  private mutating func combined(
    _ node: ONNXNode, _ kind: ONNXArithmetic, _ a: ONNXActivation, _ b: ONNXActivation
  ) throws -> ONNXActivation {
    if kind == .multiply, a.layout == b.layout, let known = try product(a.value, b.value) { return a.with(known) }
    let (left, right, layout) = try joined(node, a, b)
    let value =
      switch kind {
      case .add: try add(Add(), left, right)
      case .subtract: try add(Add(), left, add(Affine(scale: -1), right))
      case .multiply: try add(Multiply(), left, right)
      case .divide: try add(Multiply(), left, add(Power(-1), right))
      }
    return ONNXActivation(value: value, layout: layout)
  }

  /// Products that are functions of their own: `x * sigmoid(x)`, and `x` times the normal distribution's share below
  /// it.
  private mutating func product(_ a: Value, _ b: Value) throws -> Value? {
    for (x, factor) in [(a, b), (b, a)] {
      switch parts[factor.node] {
      case .sigmoid(x): return try add(SiLU(), x)
      case .doubleShare(x):
        let value = try add(Multiply(), a, b)
        parts[value.node] = .doubleGELU(x)
        return value
      case .doubleShare(let origin):
        if case .half(origin)? = parts[x.node] { return try add(GELU(), origin) }
      default: break
      }
    }
    return nil
  }

  /// `constant kind x` as `operand kind constant`.
  private func turned(_ kind: ONNXArithmetic, _ x: ONNXActivation) throws -> (ONNXActivation, ONNXArithmetic) {
    switch kind {
    case .add, .multiply: (x, kind)
    case .subtract: (x.with(try add(Affine(scale: -1), x.value)), .add)
    case .divide: (x.with(try add(Power(-1), x.value)), .multiply)
    }
  }

  private mutating func affine(
    _ node: ONNXNode, _ kind: ONNXArithmetic, _ x: ONNXActivation, _ constant: ONNXConstant
  ) throws -> ONNXActivation {
    let (x, values) = try spread(node, constant, x)
    let operation =
      switch kind {
      case .add: Affine(scale: [1], shift: values)
      case .subtract: Affine(scale: [1], shift: values.map { -$0 })
      case .multiply: Affine(scale: values, shift: [0])
      case .divide: Affine(scale: values.map { 1 / $0 }, shift: [0])
      }
    guard operation.scale.allSatisfy(\.isFinite) else { throw node.malformed("a factor that is not finite") }
    if let whole = try recognised(operation, x.value) { return x.with(whole) }
    let y = try add(operation, x.value)
    parts[y.node] = part(operation, x.value)
    return x.with(y)
  }

  /// Half of what is twice a known function.
  private func recognised(_ operation: Affine, _ x: Value) throws -> Value? {
    guard case .doubleGELU(let origin)? = parts[x.node], operation.scale == [0.5], operation.shift == [0] else {
      return nil
    }
    return try add(GELU(), origin)
  }

  private func part(_ operation: Affine, _ x: Value) -> ONNXPart? {
    guard operation.scale.count == 1, operation.shift.count == 1 else { return nil }
    let (scale, shift) = (operation.scale[0], operation.shift[0])
    if shift == 0, abs(scale - Float(0.5).squareRoot()) < 1e-6 { return .overRoot(x) }
    if shift == 0, scale == 0.5 { return .half(x) }
    if shift == 1, scale == 1, case .errorShare(let origin)? = parts[x.node] { return .doubleShare(origin) }
    return nil
  }

  /// `constant` as it meets `x`: one number, or one for each channel of `x`, whose pixels are cut so that it is. `x`
  /// is repeated where the constant is larger.
  mutating func spread(
    _ node: ONNXNode, _ constant: ONNXConstant, _ x: ONNXActivation
  ) throws -> (ONNXActivation, [Float]) {
    guard constant.count != 1 || constant.dimensions.count > x.rank else {
      return (x, try finite(node, constant.floats))
    }
    let x = try expanded(node, x, constant.dimensions)
    let extents = Array(repeating: 1, count: x.rank - constant.dimensions.count) + constant.dimensions
    let steps = ONNXImporter.steps(extents)
    var places: [Int: Int] = [:]
    for dimension in extents.indices where extents[dimension] > 1 {
      var step = steps[dimension]
      for place in x.layout.axes[dimension].reversed() {
        places[place] = step
        step *= x.layout.sizes[place]
      }
    }
    guard let first = places.keys.min() else { return (x, try finite(node, constant.floats)) }
    let sizes = x.layout.sizes
    let moved = try pixels(x, Array(0..<first), Array(first..<sizes.count))
    try spend(x.layout.size(first..<sizes.count))
    let order = (first..<sizes.count).reduce([0]) { starts, place in
      starts.flatMap { start in (0..<sizes[place]).map { start + $0 * (places[place] ?? 0) } }
    }
    let values = constant.floats
    return (moved, try finite(node, order.map { values[$0] }))
  }

  private func finite(_ node: ONNXNode, _ values: [Float]) throws -> [Float] {
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { throw node.malformed("a constant that is not finite") }
    return values
  }

  /// Elements from one index of each dimension to the next.
  static func steps(_ extents: [Int]) -> [Int] {
    var steps = [Int](repeating: 1, count: extents.count)
    for place in extents.indices.dropLast().reversed() { steps[place] = steps[place + 1] * extents[place + 1] }
    return steps
  }
}
