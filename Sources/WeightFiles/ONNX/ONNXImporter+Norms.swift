// Normalisation.
import Networks

extension ONNXImporter {
  mutating func batchNorm(_ node: ONNXNode) throws {
    let x = try activation(node)
    guard x.rank >= 2 else { throw node.unsupported("\(x.rank) dimensions") }
    let moved = try channels(x, [1])
    let operation = BatchNorm2d(moved.value, eps: node.float("epsilon", 1e-5))
    let parameters = try (1...4).map { place in try constant(node, place).parameter }
    try set(node, .activation(moved.with(add(node, operation, moved.value, parameters: parameters))))
  }

  /// Over all but the second dimension.
  mutating func instanceNorm(_ node: ONNXNode) throws {
    let x = try activation(node)
    guard x.rank >= 2 else { throw node.unsupported("\(x.rank) dimensions") }
    try normalise(node, x, over: x.layout.axes[1])
  }

  /// Groups of channels; their scales are of channels since version 21, of groups before.
  mutating func groupNorm(_ node: ONNXNode) throws {
    let x = try activation(node)
    let groups = node.integer("num_groups", 1)
    guard x.rank >= 2, groups > 0, x.extents[1] % groups == 0 else { throw node.malformed("\(groups) groups") }
    let moved = try channels(x, [1])
    let count = x.extents[1]
    let parameters = try (1...2).map { place in
      let given = try constant(node, place)
      guard given.count == count || given.count == groups else { throw node.malformed("\(given.count) factors") }
      let values = given.floats
      return Tensor(shape: [count], (0..<count).map { values[$0 * given.count / count] })
    }
    let operation = GroupNorm(moved.value, groups: groups, eps: node.float("epsilon", 1e-5))
    try set(node, .activation(moved.with(add(node, operation, moved.value, parameters: parameters))))
  }

  /// Statistics for each combination of the factors `own`; the rest of memory is summed over. Channels of the
  /// operation are `own` and what lies within them.
  private mutating func normalise(_ node: ONNXNode, _ x: ONNXActivation, over own: [Int]) throws {
    let rest = x.layout.sizes.indices.filter { !own.contains($0) }
    let isInPlace = own.isEmpty || (own == Array(own[0]..<own[0] + own.count))
    let within = isInPlace ? rest.filter { $0 > (own.last ?? -1) } : rest
    let around = isInPlace ? rest.filter { !within.contains($0) } : []
    let moved = try pixels(x, around, own + within)
    let (groups, channels) = (x.layout.size(own), moved.value.shape.channels)
    let parameters = try (1...2).map { place in
      let values = try constant(node, place).floats
      guard values.count == groups else { throw node.malformed("\(values.count) factors") }
      return Tensor(shape: [channels], (0..<channels).map { values[$0 / (channels / groups)] })
    }
    let operation = GroupNorm(moved.value, groups: groups, eps: node.float("epsilon", 1e-5))
    try set(node, .activation(moved.with(add(node, operation, moved.value, parameters: parameters))))
  }

  /// Over the last dimensions, whose order in memory the factors follow.
  mutating func layerNorm(_ node: ONNXNode) throws {
    let x = try activation(node)
    let first = try node.axis("axis", -1, x.rank)
    let moved = try channels(x, first..<x.rank)
    let count = moved.value.shape.channels
    let parameters = try (1...2).map { place in
      guard let given = try optional(node, place) else {
        return Tensor(shape: [count], Array(repeating: place == 1 ? 1 : 0, count: count))
      }
      guard given.count == count else { throw node.malformed("\(given.count) factors") }
      return given.with(dimensions: [count]).parameter
    }
    let operation = LayerNorm(moved.value, eps: node.float("epsilon", 1e-5))
    try set(node, .activation(moved.with(add(node, operation, moved.value, parameters: parameters))))
  }

  mutating func localResponseNorm(_ node: ONNXNode) throws {
    let x = try channels(activation(node), [1])
    let size = node.integer("size", 1)
    guard size % 2 == 1, (1...4096).contains(size) else { throw node.unsupported("size \(size)") }
    let operation = LocalResponseNorm(
      size: size, alpha: node.float("alpha", 1e-4), beta: node.float("beta", 0.75), k: node.float("bias", 1))
    try set(node, .activation(x.with(add(operation, x.value))))
  }
}
