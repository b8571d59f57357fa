// Operations that move values without computing, and those that compute with dimensions.

extension ONNXImporter {
  /// The dimensions that ONNX sees, with a batch of 1.
  private func dimensions(_ value: Value, _ rank: Int) -> [Int] {
    rank == 4 ? [1, value.shape.channels, value.shape.height, value.shape.width] : [1, value.shape.count]
  }

  private func axis(_ node: ONNXNode, _ axis: Int, _ rank: Int) throws(WeightProblem) -> Int {
    let place = axis < 0 ? axis &+ rank : axis
    guard (0..<max(rank, 1)).contains(place) else { throw node.malformed("axis \(axis)") }
    return place
  }

  mutating func constantNode(_ node: ONNXNode) throws {
    if let tensor = node.attributes["value"]?.tensor { return try set(node, .constant(tensor.constant(file))) }
    let attribute = node.attributes.values.first
    let constant: ONNXConstant? =
      switch attribute?.name {
      case "value_int": ONNXConstant(dimensions: [], integers: [attribute!.integer])
      case "value_ints": ONNXConstant(dimensions: [attribute!.integers.count], integers: attribute!.integers)
      case "value_float": ONNXConstant(dimensions: [], tensor: Tensor(shape: [], [attribute!.float]))
      default: nil
      }
    guard let constant else { throw node.unsupported(attribute?.name ?? "no value") }
    try set(node, .constant(constant))
  }

  mutating func shape(_ node: ONNXNode) throws {
    let (x, rank) = try activation(node)
    guard node.attributes["start"] == nil, node.attributes["end"] == nil else { throw node.unsupported("of a part") }
    try set(node, .constant(ONNXConstant(dimensions: [rank], integers: dimensions(x, rank))))
  }

  mutating func gather(_ node: ONNXNode) throws {
    let (data, indices) = (try constant(node, 0), try constant(node, 1))
    guard let values = data.integers, let places = indices.integers, data.dimensions.count == 1 else {
      throw node.unsupported("of anything but dimensions")
    }
    guard !values.isEmpty || places.isEmpty else { throw node.malformed("of nothing") }
    try spend(places.count)
    var picked: [Int] = []
    for place in places { picked.append(values[try axis(node, place, values.count)]) }
    try set(node, .constant(ONNXConstant(dimensions: indices.dimensions, integers: picked)))
  }

  mutating func concat(_ node: ONNXNode) throws {
    let inputs = try node.inputs.indices.map { place in try value(node, place) }
    let constants = inputs.compactMap { if case .constant(let constant) = $0 { constant.integers } else { nil } }
    if constants.count == inputs.count {
      let joined = constants.flatMap { $0 }
      try spend(joined.count)
      return try set(node, .constant(ONNXConstant(dimensions: [joined.count], integers: joined)))
    }
    let (_, rank) = try activation(node)
    let parts = try node.inputs.indices.map { place in try activation(node, place) }
    guard try axis(node, node.integer("axis", 1), rank) == 1, parts.allSatisfy({ $0.rank == rank }) else {
      throw node.unsupported("of another axis than channels")
    }
    let joined = try builder.addChecked(Concat(), "", parts.map(\.value))
    try set(node, .activation(joined, rank: rank))
  }

  /// Zeros, or whatever one whole number is given: PyTorch pads its list of pads with them.
  mutating func constantOfShape(_ node: ONNXNode) throws {
    let wanted = try integers(node, 0)
    let value = try node.attributes["value"]?.tensor?.constant(file)
    guard let count = elementCount(wanted), value?.integers != nil || value == nil else {
      throw node.unsupported("of anything but whole numbers")
    }
    try spend(count)
    let filled = [Int](repeating: value?.integers?.first ?? 0, count: count)
    try set(node, .constant(ONNXConstant(dimensions: wanted, integers: filled)))
  }

  /// The rows of a list or matrix of whole numbers in reverse order: how PyTorch turns its pads round.
  private mutating func reverse(_ node: ONNXNode) throws -> Bool {
    guard case .constant(var constant) = try value(node, 0), let values = constant.integers,
      let rows = constant.dimensions.first, rows > 0, values.count == elementCount(constant.dimensions),
      node.has(4), try integers(node, 4) == [-1],
      try integers(node, 3) == [0], try integers(node, 1) == [-1]
    else { return false }
    try spend(values.count)
    let length = values.count / rows
    constant.integers = (0..<rows).reversed().flatMap { values[$0 * length..<($0 + 1) * length] }
    try set(node, .constant(constant))
    return true
  }

  mutating func slice(_ node: ONNXNode) throws {
    if try reverse(node) { return }
    let starts = try integers(node, 1)
    let ends = try integers(node, 2)
    let axes = try node.has(3) ? integers(node, 3) : Array(starts.indices)
    let steps = try node.has(4) ? integers(node, 4) : starts.map { _ in 1 }
    guard starts.count == ends.count, starts.count == axes.count, steps.allSatisfy({ $0 == 1 }) else {
      throw node.unsupported("with steps")
    }
    if case .constant(let constant) = try value(node, 0) {
      guard let values = constant.integers, axes == [0] else { throw node.unsupported("of a constant") }
      try spend(values.count)
      let kept = Array(values[range(starts[0], ends[0], values.count)])
      return try set(node, .constant(ONNXConstant(dimensions: [kept.count], integers: kept)))
    }
    let (x, rank) = try activation(node)
    var ranges: [Int: Range<Int>] = [:]
    for place in starts.indices {
      let axis = try axis(node, axes[place], rank)
      ranges[axis] = range(starts[place], ends[place], dimensions(x, rank)[axis])
    }
    guard ranges[0] == nil || ranges[0] == 0..<1 else { throw node.unsupported("of the batch") }
    let operation = Slice(rows: ranges[2], columns: ranges[3], channels: ranges[1])
    try set(node, .activation(add(operation, x), rank: rank))
  }

  /// Negative ends count from the end, ends beyond it are the end.
  private func range(_ start: Int, _ end: Int, _ size: Int) -> Range<Int> {
    func place(_ value: Int) -> Int { min(max(value < 0 ? value &+ size : value, 0), size) }
    return place(start)..<max(place(start), place(end))
  }

  mutating func split(_ node: ONNXNode) throws {
    let (x, rank) = try activation(node)
    guard try axis(node, node.integer("axis", 0), rank) == 1 else {
      throw node.unsupported("of another axis than channels")
    }
    let equal = node.outputs.map { _ in x.shape.channels / max(node.outputs.count, 1) }
    let sizes = try node.attributes["split"]?.integers ?? (node.has(1) ? integers(node, 1) : equal)
    guard sizes.count == node.outputs.count, sizes.allSatisfy({ (1...x.shape.channels).contains($0) }) else {
      throw node.malformed("sizes that are not those of the parts")
    }
    var start = 0
    for (place, size) in sizes.enumerated() {
      let part = try add(Slice(channels: start..<(start + size)), x)
      try set(node, .activation(part, rank: rank), output: place)
      start += size
    }
  }

  mutating func flatten(_ node: ONNXNode) throws {
    let (x, rank) = try activation(node)
    guard try axis(node, node.integer("axis", 1), rank) == 1 else { throw node.unsupported("of another axis") }
    try set(node, .activation(vector(x), rank: 2))
  }

  private func vector(_ x: Value) throws -> Value { x.shape.pixels == 1 ? x : try add(Flatten(), x) }

  /// To a vector, or of a vector to a map of one pixel, or to what it is.
  mutating func reshape(_ node: ONNXNode) throws {
    let wanted = try integers(node, 1)
    guard case .activation(let x, let rank) = try value(node, 0) else {
      var constant = try constant(node, 0)
      constant.dimensions = full(wanted, [constant.count])
      guard elementCount(constant.dimensions) == constant.count else { throw node.unsupported("of a constant") }
      return try set(node, .constant(constant))
    }
    try set(node, reshaped(node, x, rank, full(wanted, dimensions(x, rank))))
  }

  private func reshaped(_ node: ONNXNode, _ x: Value, _ rank: Int, _ wanted: [Int]) throws -> ONNXValue {
    if wanted == dimensions(x, rank) { return .activation(x, rank: rank) }
    if wanted == [1, x.shape.count] { return .activation(try vector(x), rank: 2) }
    if wanted == [1, x.shape.count, 1, 1] { return .activation(try vector(x), rank: 4) }
    throw node.unsupported("to \(wanted.prefix(8).map(String.init).joined(separator: "x"))")
  }

  /// `wanted` with 0 (the same) and -1 (the rest) replaced.
  private func full(_ wanted: [Int], _ current: [Int]) -> [Int] {
    var full = wanted.enumerated().map { $1 == 0 && $0 < current.count ? current[$0] : $1 }
    let known = elementCount(full.filter { $0 != -1 }) ?? 0
    if let place = full.firstIndex(of: -1), known > 0 { full[place] = current.reduce(1, *) / known }
    return full
  }

  mutating func squeeze(_ node: ONNXNode) throws {
    guard case .activation(let x, _) = try value(node, 0) else { return try redimension(node, dropping: true) }
    let axes = try node.attributes["axes"]?.integers ?? (node.has(1) ? integers(node, 1) : [])
    guard x.shape.pixels == 1, Set(axes.map { $0 < 0 ? $0 &+ 4 : $0 }) == [2, 3] else {
      throw node.unsupported("axes \(axes.prefix(8))")
    }
    try set(node, .activation(x, rank: 2))
  }

  mutating func unsqueeze(_ node: ONNXNode) throws {
    guard case .activation(let x, let rank) = try value(node, 0) else { return try redimension(node, dropping: false) }
    let axes = try node.attributes["axes"]?.integers ?? integers(node, 1)
    guard rank == 2 else { throw node.unsupported("of a map") }
    switch Set(axes.map { $0 < 0 ? $0 &+ 4 : $0 }) {
    case [2, 3]: try set(node, .activation(x, rank: 4))
    // One axis at a time: the second call finds a map.
    default: throw node.unsupported("axes \(axes.prefix(8))")
    }
  }

  /// Of whole numbers only: a scalar and a list of one are the same here.
  private mutating func redimension(_ node: ONNXNode, dropping: Bool) throws {
    var constant = try constant(node, 0)
    guard constant.integers != nil else { throw node.unsupported("of a constant") }
    constant.dimensions = dropping && constant.count == 1 ? [] : [constant.count]
    try set(node, .constant(constant))
  }

  mutating func transpose(_ node: ONNXNode) throws {
    guard case .constant(let constant) = try value(node, 0), constant.dimensions.count == 2 else {
      throw node.unsupported("of an activation")
    }
    if let values = constant.integers, values.count == elementCount(constant.dimensions) {
      return try set(node, .constant(transposed(values, constant.dimensions)))
    }
    let matrix = try transposed(constant)
    try set(node, .constant(ONNXConstant(dimensions: matrix.shape, tensor: matrix)))
  }

  private func transposed(_ values: [Int], _ dimensions: [Int]) -> ONNXConstant {
    let (rows, columns) = (dimensions[0], dimensions[1])
    let turned = (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
    return ONNXConstant(dimensions: [columns, rows], integers: turned)
  }

  /// Bilinear, to sizes or by factors.
  mutating func resize(_ node: ONNXNode) throws {
    let x = try map(node)
    let conventions = ["align_corners": true, "half_pixel": false, "pytorch_half_pixel": false]
    let mode = node.text("coordinate_transformation_mode", "half_pixel")
    guard node.text("mode", "nearest") == "linear", let aligned = conventions[mode] else {
      throw node.unsupported("\(node.text("mode", "nearest")), \(mode)")
    }
    let output = try node.has(3) ? sizes(node, x) : scaled(node, x)
    guard output.isPositive, output.height <= 1 << 16, output.width <= 1 << 16 else {
      throw node.malformed("size \(output)")
    }
    try set(node, .activation(add(Upsample(to: output, alignCorners: aligned), x), rank: 4))
  }

  private func sizes(_ node: ONNXNode, _ x: Value) throws(WeightProblem) -> Extent {
    let sizes = try integers(node, 3)
    guard sizes.count == 4, sizes[1] == x.shape.channels else { throw node.unsupported("of channels") }
    return Extent(sizes[2], sizes[3])
  }

  private func scaled(_ node: ONNXNode, _ x: Value) throws(WeightProblem) -> Extent {
    let scales = try constant(node, 2).count == 4 ? constant(node, 2).floats : []
    guard scales.count == 4, scales[0] == 1, scales[1] == 1, scales.allSatisfy({ $0 > 0 && $0 < 1024 }) else {
      throw node.unsupported("of channels")
    }
    let (height, width) = (Float(x.shape.height) * scales[2], Float(x.shape.width) * scales[3])
    guard height == height.rounded(), width == width.rounded() else { throw node.unsupported("to a part of a pixel") }
    return Extent(Int(height), Int(width))
  }
}
