// Parts of values, values side by side, and values repeated.
import Networks

extension ONNXImporter {
  /// The elements of dimension `axis` at `indices`, which must be there.
  mutating func picked(
    _ node: ONNXNode, _ x: ONNXActivation, _ axis: Int, _ indices: [Int]
  ) throws -> ONNXActivation {
    let extent = x.extents[axis]
    guard !indices.isEmpty, indices.allSatisfy((0..<extent).contains) else { throw node.malformed("of nothing") }
    if indices == Array(0..<extent) { return x }
    try spend(indices.count)
    if extent == 1 {
      var extents = Array(repeating: 1, count: x.rank)
      extents[axis] = indices.count
      return try expanded(node, x, extents)
    }
    let (lone, place) = try together(x, axis)
    let (image, operation) = try selection(lone, place, indices)
    var layout = lone.layout
    layout.sizes[place] = indices.count
    layout.normalise()
    return ONNXActivation(value: try add(operation, image), layout: layout)
  }

  /// The factor at `place` as channels, rows or columns of an image, and the operation that picks of them.
  private mutating func selection(
    _ x: ONNXActivation, _ place: Int, _ indices: [Int]
  ) throws -> (Value, any Operation) {
    let (sizes, shape) = (x.layout.sizes, x.value.shape)
    let range = indices[0]..<indices[0] + indices.count
    let isRange = indices == Array(range)
    if place == sizes.count - 1, shape.channels == sizes[place] {
      return (x.value, isRange ? Slice(channels: range) : Select(channels: indices))
    }
    if place == 0, shape.height == sizes[0] {
      return (x.value, isRange ? Slice(rows: range) : Select(rows: indices))
    }
    return (try columns(x, place), isRange ? Slice(columns: range) : Select(columns: indices))
  }

  mutating func slice(_ node: ONNXNode) throws {
    var x = try activation(node)
    for (axis, indices) in try ranges(node, x.extents) { x = try picked(node, x, axis, indices) }
    try set(node, .activation(x))
  }

  /// Which indices of which dimensions a slice keeps.
  func ranges(_ node: ONNXNode, _ extents: [Int]) throws(WeightProblem) -> [(axis: Int, indices: [Int])] {
    guard let starts = try list(node, "starts", orInput: 1), let ends = try list(node, "ends", orInput: 2) else {
      throw node.malformed("no starts or ends")
    }
    let axes = try node.axes(list(node, "axes", orInput: 3) ?? Array(starts.indices), extents.count)
    let steps = try node.has(4) ? integers(node, 4) : starts.map { _ in 1 }
    guard starts.count == ends.count, starts.count == axes.count, starts.count == steps.count else {
      throw node.malformed("starts, ends, axes and steps of different counts")
    }
    var result: [(axis: Int, indices: [Int])] = []
    for (place, axis) in axes.enumerated() {
      guard let indices = ONNXImporter.range(starts[place], ends[place], steps[place], extents[axis]) else {
        throw node.malformed("step \(steps[place])")
      }
      result.append((axis, indices))
    }
    return result
  }

  /// Negative ends count from the end, ends beyond it are the end.
  private static func range(_ start: Int, _ end: Int, _ step: Int, _ size: Int) -> [Int]? {
    guard step != 0 else { return nil }
    let step = min(max(step, -size - 1), size + 1)
    func place(_ value: Int, _ low: Int, _ high: Int) -> Int { min(max(value < 0 ? value &+ size : value, low), high) }
    if step > 0 { return Array(stride(from: place(start, 0, size), to: place(end, 0, size), by: step)) }
    let last = end < -size ? -1 : place(end, -1, size - 1)
    return Array(stride(from: place(start, -1, size - 1), to: last, by: step))
  }

  mutating func split(_ node: ONNXNode) throws {
    let x = try activation(node)
    let axis = try node.axis("axis", 0, x.rank)
    let sizes = try list(node, "split", orInput: 1) ?? equalParts(x.extents[axis], max(node.outputs.count, 1))
    guard sizes.count == node.outputs.count, sizes.allSatisfy({ (1...x.extents[axis]).contains($0) }) else {
      throw node.malformed("sizes that are not those of the parts")
    }
    var start = 0
    for (place, size) in sizes.enumerated() {
      try set(node, .activation(picked(node, x, axis, Array(start..<start + size))), output: place)
      start += size
    }
  }

  /// Parts of one size; the last is what is left.
  func equalParts(_ extent: Int, _ count: Int) -> [Int] {
    let part = (extent + count - 1) / count
    return (0..<count).map { min(part, extent - $0 * part) }
  }

  mutating func gather(_ node: ONNXNode) throws {
    let x = try activation(node)
    let axis = try node.axis("axis", 0, x.rank)
    let indices = try constant(node, 1)
    guard let places = indices.integers, indices.dimensions.count <= 1 else {
      throw node.unsupported("of many indices")
    }
    var wanted: [Int] = []
    for place in places { wanted.append(try node.axis(place, x.extents[axis])) }
    var y = try picked(node, x, axis, wanted)
    if indices.dimensions.isEmpty { y.layout.axes.remove(at: axis) }
    try set(node, .activation(y))
  }

  mutating func expand(_ node: ONNXNode) throws {
    try set(node, .activation(expanded(node, activation(node), integers(node, 1))))
  }

  /// Only what is one pixel, channel or row is repeated.
  mutating func tile(_ node: ONNXNode) throws {
    let x = try activation(node)
    let counts = try integers(node, 1)
    guard counts.count == x.rank, zip(counts, x.extents).allSatisfy({ $0 == 1 || $1 == 1 }) else {
      throw node.unsupported("of \(x.extents)")
    }
    try set(node, .activation(expanded(node, x, counts)))
  }

  mutating func concat(_ node: ONNXNode) throws {
    var inputs = try node.inputs.indices.map { place in try activation(node, place) }
    guard let rank = inputs.first?.rank, inputs.allSatisfy({ $0.rank == rank }) else {
      throw node.malformed("of values of different dimensions")
    }
    let axis = try node.axis("axis", 1, rank)
    if Set(inputs.map { ONNXImporter.surroundings($0, axis) }).count > 1 {
      inputs = try inputs.map { try rowMajor($0) }
      guard Set(inputs.map { ONNXImporter.surroundings($0, axis) }).count == 1 else {
        throw node.malformed("of values of different extents")
      }
    }
    try set(node, .activation(joined(inputs, along: axis)))
  }

  /// The factors of all dimensions but one, in memory order: what values side by side must share.
  private static func surroundings(_ x: ONNXActivation, _ axis: Int) -> [[Int]] {
    x.layout.sizes.indices.compactMap { place in
      x.layout.axes.indices.first { $0 != axis && x.layout.axes[$0].contains(place) }.map { dimension in
        [dimension, x.layout.axes[dimension].firstIndex(of: place)!, x.layout.sizes[place]]
      }
    }
  }

  /// Values whose other dimensions lie alike, one after the other: as whole memories where the dimension is
  /// outermost, else as channels.
  private mutating func joined(_ inputs: [ONNXActivation], along axis: Int) throws -> ONNXActivation {
    let isOuter = inputs.allSatisfy { $0.layout.axes[axis] == [0] }
    let first = inputs[0].layout
    let rest = first.sizes.indices.filter { !first.axes[axis].contains($0) }
    let restSizes = rest.map { first.sizes[$0] }
    var parts: [Value] = []
    let image = try channels(inputs[0], [axis]).value.shape
    for x in inputs {
      let own = x.layout.axes[axis]
      let others = x.layout.sizes.indices.filter { !own.contains($0) }
      let size = x.layout.size(own)
      let shape =
        isOuter ? Shape(vector: x.value.shape.count) : Shape(height: image.height, width: image.width, channels: size)
      parts.append(try arranged(x, isOuter ? own + others : others + own, shape))
    }
    let total = inputs.reduce(0) { $0 + $1.extents[axis] }
    var layout = first
    layout.sizes = isOuter ? [total] + restSizes : restSizes + [total]
    layout.axes = first.axes.map { $0.map { (rest.firstIndex(of: $0) ?? 0) + (isOuter ? 1 : 0) } }
    layout.axes[axis] = [isOuter ? 0 : restSizes.count]
    layout.normalise()
    return ONNXActivation(value: try builder.addChecked(Concat(), "", parts), layout: layout)
  }
}
