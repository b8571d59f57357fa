import Networks

// What becomes of constants: element by element, and moved.

extension ONNXImporter {
  /// Both broadcast to each other: whole numbers where both are whole, unless `whole` gives none.
  func zipped(
    _ node: ONNXNode, _ whole: (Int, Int) -> Int?, _ other: (Float, Float) -> Float
  ) throws -> ONNXConstant {
    let (a, b) = (try constant(node, 0), try constant(node, 1))
    guard node.inputs.count == 2 else { throw node.unsupported("of \(node.inputs.count) constants") }
    let (places, extents) = try broadcast(node, [a.dimensions, b.dimensions])
    if let left = a.integers, let right = b.integers {
      let values = zip(places[0], places[1]).compactMap { whole(left[$0], right[$1]) }
      guard values.count == places[0].count else { throw node.malformed("a result that is no number") }
      return ONNXConstant(dimensions: extents, integers: values)
    }
    let (left, right) = (a.floats, b.floats)
    return ONNXConstant(
      dimensions: extents, floats: zip(places[0], places[1]).map { other(left[$0], right[$1]) })
  }

  /// 1 where `test` says so, else 0.
  func compared(_ node: ONNXNode, _ test: (Float, Float) -> Bool) throws -> ONNXConstant {
    let result = try zipped(node, { test(Float($0), Float($1)) ? 1 : 0 }, { test($0, $1) ? 1 : 0 })
    return result.integers != nil
      ? result : ONNXConstant(dimensions: result.dimensions, integers: result.floats.map { Int($0) })
  }

  /// Each element by itself; whole numbers stay as they are where `whole` is nil.
  func mapped(_ node: ONNXNode, _ whole: ((Int) -> Int)?, _ other: (Float) -> Float) throws -> ONNXConstant {
    let constant = try constant(node, 0)
    try spend(2 * constant.count)
    if let integers = constant.integers, let whole {
      return ONNXConstant(dimensions: constant.dimensions, integers: integers.map(whole))
    }
    return ONNXConstant(dimensions: constant.dimensions, floats: constant.floats.map(other))
  }

  /// Elements of the second or of the third, as the first says.
  func chosen(_ node: ONNXNode) throws -> ONNXConstant {
    let (test, a, b) = (try constant(node, 0), try constant(node, 1), try constant(node, 2))
    let (places, extents) = try broadcast(node, [test.dimensions, a.dimensions, b.dimensions])
    let isFirst = test.floats
    func merged<Number>(_ a: [Number], _ b: [Number]) -> [Number] {
      places[0].indices.map { isFirst[places[0][$0]] != 0 ? a[places[1][$0]] : b[places[2][$0]] }
    }
    if let left = a.integers, let right = b.integers {
      return ONNXConstant(dimensions: extents, integers: merged(left, right))
    }
    return ONNXConstant(dimensions: extents, floats: merged(a.floats, b.floats))
  }

  /// For each of several values the place of each element of the result.
  private func broadcast(_ node: ONNXNode, _ all: [[Int]]) throws -> (places: [[Int]], extents: [Int]) {
    let rank = all.map(\.count).max() ?? 0
    let padded = all.map { Array(repeating: 1, count: rank - $0.count) + $0 }
    let extents = (0..<rank).map { dimension in
      padded.map { $0[dimension] }.first { $0 != 1 } ?? 1
    }
    guard let count = elementCount(extents), rank <= 16,
      padded.allSatisfy({ zip($0, extents).allSatisfy { $0 == $1 || $0 == 1 } })
    else { throw node.malformed("of constants of \(all)") }
    try spend(2 * count * all.count)
    let places = padded.map { own in
      let steps = ONNXImporter.steps(own)
      return ONNXImporter.places(extents, extents.indices.map { own[$0] == 1 ? 0 : steps[$0] })
    }
    return (places, extents)
  }

  /// Places of all elements of `extents`, whose dimensions are `steps` apart.
  private static func places(_ extents: [Int], _ steps: [Int]) -> [Int] {
    zip(extents, steps).reduce([0]) { starts, dimension in
      starts.flatMap { start in (0..<dimension.0).map { start + $0 * dimension.1 } }
    }
  }

  func reducedConstant(_ node: ONNXNode, _ combine: (Int, Int) -> Int) throws -> ONNXConstant {
    let constant = try constant(node, 0)
    guard let values = constant.integers, constant.dimensions.count == 1, let first = values.first else {
      throw node.unsupported("of anything but a list of whole numbers")
    }
    let total = values.dropFirst().reduce(first, combine)
    return ONNXConstant(dimensions: node.integer("keepdims", 1) == 1 ? [1] : [], integers: [total])
  }

  func reshapedConstant(_ node: ONNXNode) throws -> ONNXConstant {
    let constant = try constant(node, 0)
    let wanted = try node.attributes["shape"]?.integers ?? integers(node, 1)
    var full = wanted.enumerated().map { $1 == 0 && $0 < constant.dimensions.count ? constant.dimensions[$0] : $1 }
    let known = elementCount(full.filter { $0 != -1 }) ?? 0
    if let place = full.firstIndex(of: -1), known > 0 { full[place] = constant.count / known }
    guard elementCount(full) == constant.count else { throw node.malformed("to \(wanted.prefix(8))") }
    return constant.with(dimensions: full)
  }

  func flattenedConstant(_ node: ONNXNode) throws -> ONNXConstant {
    let constant = try constant(node, 0)
    let first = try node.axis("axis", 1, constant.dimensions.count)
    return constant.with(dimensions: [
      constant.dimensions[..<first].reduce(1, *), constant.dimensions[first...].reduce(1, *),
    ])
  }

  func squeezedConstant(_ node: ONNXNode) throws -> ONNXConstant {
    let constant = try constant(node, 0)
    let dimensions = constant.dimensions
    let listed = try list(node, "axes", orInput: 1) ?? dimensions.indices.filter { dimensions[$0] == 1 }
    let axes = try node.axes(listed, dimensions.count)
    guard axes.allSatisfy({ dimensions.indices.contains($0) && dimensions[$0] == 1 }) else {
      throw node.malformed("axes \(axes)")
    }
    return constant.with(dimensions: dimensions.indices.filter { !axes.contains($0) }.map { dimensions[$0] })
  }

  func unsqueezedConstant(_ node: ONNXNode) throws -> ONNXConstant {
    let constant = try constant(node, 0)
    let listed = try list(node, "axes", orInput: 1) ?? []
    guard listed.count <= 8 else { throw node.malformed("\(listed.count) axes") }
    var dimensions = constant.dimensions
    for axis in try node.axes(listed, dimensions.count + listed.count).sorted() { dimensions.insert(1, at: axis) }
    return constant.with(dimensions: dimensions)
  }

  func transposedConstant(_ node: ONNXNode) throws -> ONNXConstant {
    let constant = try constant(node, 0)
    let extents = constant.dimensions
    let order = try node.axes(node.attributes["perm"]?.integers ?? Array(extents.indices.reversed()), extents.count)
    guard order.count == extents.count else { throw node.malformed("perm \(order.prefix(8))") }
    try spend(3 * constant.count)
    let steps = ONNXImporter.steps(extents)
    return constant.picked(
      ONNXImporter.places(order.map { extents[$0] }, order.map { steps[$0] }), dimensions: order.map { extents[$0] })
  }

  func expandedConstant(_ node: ONNXNode) throws -> ONNXConstant {
    let constant = try constant(node, 0)
    let (places, extents) = try broadcast(node, [constant.dimensions, integers(node, 1)])
    return constant.picked(places[0], dimensions: extents)
  }

  func tiledConstant(_ node: ONNXNode) throws -> ONNXConstant {
    var constant = try constant(node, 0)
    let counts = try integers(node, 1)
    guard counts.count == constant.dimensions.count, counts.allSatisfy({ (0...(1 << 20)).contains($0) }) else {
      throw node.malformed("counts \(counts.prefix(8))")
    }
    for (axis, count) in counts.enumerated() {
      let extent = constant.dimensions[axis]
      guard let total = elementCount([extent, count]) else { throw node.malformed("counts \(counts.prefix(8))") }
      constant = try picked(constant, axis, (0..<total).map { $0 % extent })
    }
    return constant
  }

  func slicedConstant(_ node: ONNXNode) throws -> ONNXConstant {
    var constant = try constant(node, 0)
    for (axis, indices) in try ranges(node, constant.dimensions) { constant = try picked(constant, axis, indices) }
    return constant
  }

  func gatheredConstant(_ node: ONNXNode) throws -> ONNXConstant {
    let (constant, indices) = (try constant(node, 0), try constant(node, 1))
    let axis = try node.axis("axis", 0, constant.dimensions.count)
    guard let places = indices.integers, constant.dimensions.indices.contains(axis) else {
      throw node.malformed("of indices that are not whole")
    }
    var wanted: [Int] = []
    for place in places {
      let index = place < 0 ? place &+ constant.dimensions[axis] : place
      guard (0..<constant.dimensions[axis]).contains(index) else { throw node.malformed("index \(place)") }
      wanted.append(index)
    }
    let picked = try picked(constant, axis, wanted)
    return picked.with(
      dimensions: constant.dimensions[..<axis] + indices.dimensions + constant.dimensions[(axis + 1)...])
  }

  func joinedConstants(_ node: ONNXNode) throws -> ONNXConstant {
    let inputs = try node.inputs.indices.map { place in try constant(node, place) }
    guard let first = inputs.first, !first.dimensions.isEmpty else { throw node.malformed("of nothing") }
    let axis = try node.axis("axis", 0, first.dimensions.count)
    func others(_ constant: ONNXConstant) -> [Int] {
      constant.dimensions.indices.filter { $0 != axis }.map { constant.dimensions[$0] }
    }
    guard inputs.allSatisfy({ $0.dimensions.count == first.dimensions.count && others($0) == others(first) }) else {
      throw node.malformed("of constants of different extents")
    }
    try spend(2 * inputs.reduce(0) { $0 + $1.count })
    var dimensions = first.dimensions
    dimensions[axis] = inputs.reduce(0) { $0 + $1.dimensions[axis] }
    let outer = first.dimensions[..<axis].reduce(1, *)
    func merged<Number>(_ parts: [[Number]]) -> [Number] {
      (0..<outer).flatMap { row in parts.flatMap { $0[row * $0.count / outer..<(row + 1) * $0.count / outer] } }
    }
    let whole = inputs.compactMap(\.integers)
    return whole.count == inputs.count
      ? ONNXConstant(dimensions: dimensions, integers: merged(whole))
      : ONNXConstant(dimensions: dimensions, floats: merged(inputs.map(\.floats)))
  }

  /// The elements of one dimension at `indices`, which must be there.
  private func picked(_ constant: ONNXConstant, _ axis: Int, _ indices: [Int]) throws -> ONNXConstant {
    var dimensions = constant.dimensions
    let inner = dimensions[(axis + 1)...].reduce(1, *)
    let outer = dimensions[..<axis].reduce(1, *)
    guard let count = elementCount([outer, indices.count, inner]) else {
      throw WeightProblem.malformed(part: "ONNX constant", detail: "dimensions that no memory holds")
    }
    try spend(3 * count)
    let places = (0..<outer).flatMap { row in
      indices.flatMap { index in (0..<inner).map { (row * dimensions[axis] + index) * inner + $0 } }
    }
    dimensions[axis] = indices.count
    return constant.picked(places, dimensions: dimensions)
  }
}
