import Networks

// Operations that see the same elements with other dimensions.

extension ONNXImporter {
  mutating func transpose(_ node: ONNXNode) throws {
    var x = try activation(node)
    let order = try node.axes(
      node.attributes["perm"]?.integers ?? Array((0..<x.rank).reversed()), x.rank)
    guard order.count == x.rank else { throw node.malformed("perm \(order.prefix(8))") }
    x.layout.axes = order.map { x.layout.axes[$0] }
    try set(node, .activation(x))
  }

  mutating func flatten(_ node: ONNXNode) throws {
    let x = try activation(node)
    let axis = node.integer("axis", 1)
    let first = axis == x.rank ? axis : try node.axis(axis, x.rank)
    let extents = x.extents
    try set(
      node, .activation(reshaped(node, x, [extents[..<first].reduce(1, *), extents[first...].reduce(1, *)])))
  }

  mutating func reshape(_ node: ONNXNode) throws {
    let x = try activation(node)
    let wanted = try node.attributes["shape"]?.integers ?? integers(node, 1)
    let extents = full(wanted, x.extents, keepsZero: node.integer("allowzero", 0) == 1)
    try set(node, .activation(reshaped(node, x, extents)))
  }

  mutating func reshaped(_ node: ONNXNode, _ x: ONNXActivation, _ extents: [Int]) throws -> ONNXActivation {
    let text = extents.prefix(8).map(String.init).joined(separator: "x")
    guard elementCount(extents) == x.value.shape.count else { throw node.unsupported("to \(text)") }
    if let layout = x.layout.reshaped(extents) { return ONNXActivation(value: x.value, layout: layout) }
    return ONNXActivation(value: try rowMajor(x).value, layout: ONNXLayout(rowMajor: extents))
  }

  /// `wanted` with 0 (the same), -1 (the rest) and a fixed batch replaced.
  private func full(_ wanted: [Int], _ current: [Int], keepsZero: Bool) -> [Int] {
    var full = wanted.enumerated().map { $1 == 0 && !keepsZero && $0 < current.count ? current[$0] : $1 }
    let count = current.reduce(1, *)
    if batch > 1, full.first == batch, !full.contains(-1), elementCount(full) == elementCount([count, batch]) {
      full[0] = 1
    }
    let known = elementCount(full.filter { $0 != -1 }) ?? 0
    if let place = full.firstIndex(of: -1), known > 0 { full[place] = count / known }
    return full
  }

  mutating func squeeze(_ node: ONNXNode) throws {
    var x = try activation(node)
    let listed = try list(node, "axes", orInput: 1) ?? []
    // The batch is 1 here, and no dimension that an exporter would drop.
    let axes = try listed.isEmpty ? (1..<x.rank).filter { x.extents[$0] == 1 } : node.axes(listed, x.rank)
    guard axes.allSatisfy({ x.layout.axes[$0].isEmpty }) else { throw node.malformed("axes \(axes)") }
    x.layout.axes = x.layout.axes.indices.filter { !axes.contains($0) }.map { x.layout.axes[$0] }
    try set(node, .activation(x))
  }

  mutating func unsqueeze(_ node: ONNXNode) throws {
    var x = try activation(node)
    let listed = try list(node, "axes", orInput: 1) ?? []
    guard listed.count <= 8 else { throw node.malformed("\(listed.count) axes") }
    for axis in try node.axes(listed, x.rank + listed.count).sorted() { x.layout.axes.insert([], at: axis) }
    try set(node, .activation(x))
  }

  mutating func shape(_ node: ONNXNode) throws {
    let extents = try activation(node).extents
    let first = node.integer("start", 0), end = node.integer("end", extents.count)
    func place(_ value: Int) -> Int { min(max(value < 0 ? value &+ extents.count : value, 0), extents.count) }
    let kept = Array(extents[place(first)..<max(place(first), place(end))])
    try set(node, .constant(ONNXConstant(dimensions: [kept.count], integers: kept)))
  }

  mutating func size(_ node: ONNXNode) throws {
    try set(node, .constant(ONNXConstant(dimensions: [], integers: [activation(node).value.shape.count])))
  }

  /// Blocks of channels become pixels; the first of a block's channels is the block's place, or its depth.
  mutating func depthToSpace(_ node: ONNXNode) throws {
    let x = try activation(node)
    let block = node.integer("blocksize", 0)
    guard x.rank == 4, (1...64).contains(block), x.extents[1] % (block * block) == 0 else {
      throw node.malformed("blocksize \(block)")
    }
    let (channels, height, width) = (x.extents[1] / (block * block), x.extents[2], x.extents[3])
    let isDepthFirst = node.text("mode", "DCR") == "DCR"
    var parts = try reshaped(
      node, x, isDepthFirst ? [1, block, block, channels, height, width] : [1, channels, block, block, height, width])
    let order = isDepthFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]
    parts.layout.axes = order.map { parts.layout.axes[$0] }
    try set(node, .activation(reshaped(node, parts, [1, channels, height * block, width * block])))
  }

  mutating func spaceToDepth(_ node: ONNXNode) throws {
    let x = try activation(node)
    let block = node.integer("blocksize", 0)
    guard x.rank == 4, (1...64).contains(block), x.extents[2] % block == 0, x.extents[3] % block == 0 else {
      throw node.malformed("blocksize \(block)")
    }
    let (channels, height, width) = (x.extents[1], x.extents[2] / block, x.extents[3] / block)
    var parts = try reshaped(node, x, [1, channels, height, block, width, block])
    parts.layout.axes = [0, 3, 5, 1, 2, 4].map { parts.layout.axes[$0] }
    try set(node, .activation(reshaped(node, parts, [1, channels * block * block, height, width])))
  }
}
