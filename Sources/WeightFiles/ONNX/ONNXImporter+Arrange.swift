// Bringing values into the order in memory that an operation needs.
import Networks

/// An order of memory that a value was brought into.
struct ONNXArrangement: Hashable {
  var node: Int
  var sizes: [Int]
  var order: [Int]
  var shape: Shape
}

extension ONNXImporter {
  /// The elements of `x` with the factors of its memory in `order`, as an image of `shape`.
  mutating func arranged(_ x: ONNXActivation, _ order: [Int], _ shape: Shape) throws -> Value {
    let inPlace = order == Array(order.indices)
    if inPlace, shape == x.value.shape { return x.value }
    let key = ONNXArrangement(node: x.value.node, sizes: x.layout.sizes, order: order, shape: shape)
    if let known = arrangements[key] { return known }
    let value = try add(inPlace ? Permute(to: shape) : movement(x, order, shape), x.value)
    arrangements[key] = value
    return value
  }

  /// The operation that puts memory in `order`: PyTorch's own flattening where it is that.
  private func movement(_ x: ONNXActivation, _ order: [Int], _ shape: Shape) -> any Operation {
    let last = order.count - 1
    let isFlatten = order.first == last && Array(order.dropFirst()) == Array(0..<last)
    if isFlatten, shape.pixels == 1, x.value.shape.channels == x.layout.sizes[last] { return Flatten() }
    return Permute(x.layout.sizes, order: order, output: shape)
  }

  /// `x` as a map: `height` and `width` by the last dimensions, channels by the second.
  mutating func map(_ node: ONNXNode, _ x: ONNXActivation) throws -> Value {
    guard (3...4).contains(x.rank) else { throw node.unsupported("\(x.rank) dimensions") }
    let axes = x.layout.axes
    let rows = x.rank == 4 ? axes[2] : []
    let shape = Shape(
      height: x.layout.size(rows), width: x.layout.size(axes[x.rank - 1]), channels: x.layout.size(axes[1]))
    return try arranged(x, rows + axes[x.rank - 1] + axes[1], shape)
  }

  /// `x` with the given dimensions, in their order, as the channels of its pixels.
  mutating func channels(_ x: ONNXActivation, _ dimensions: some Sequence<Int>) throws -> ONNXActivation {
    let inner = dimensions.flatMap { x.layout.axes[$0] }
    let outer = x.layout.sizes.indices.filter { !inner.contains($0) }
    return try pixels(x, outer, inner)
  }

  /// `x` with factors `outer` as its pixels and `inner` as their channels; rows and columns stay where they can.
  mutating func pixels(_ x: ONNXActivation, _ outer: [Int], _ inner: [Int]) throws -> ONNXActivation {
    let (order, channels) = (outer + inner, x.layout.size(inner))
    let isThere = order == Array(order.indices) && x.value.shape.channels == channels
    let shape = isThere ? x.value.shape : Shape(height: x.layout.size(outer), width: 1, channels: channels)
    return ONNXActivation(value: try arranged(x, order, shape), layout: x.layout.reordered(order))
  }

  /// `x` with memory in the order of its dimensions.
  mutating func rowMajor(_ x: ONNXActivation) throws -> ONNXActivation {
    let order = x.layout.logical
    return ONNXActivation(
      value: try arranged(x, order, Shape(vector: x.value.shape.count)), layout: ONNXLayout(rowMajor: x.extents))
  }

  /// `x` with all factors of a dimension together and in order, and the place of the one factor that they make; the
  /// dimension must not be of extent 1.
  mutating func together(_ x: ONNXActivation, _ dimension: Int) throws -> (ONNXActivation, place: Int) {
    let own = x.layout.axes[dimension]
    if own.count == 1 { return (x, own[0]) }
    var order = x.layout.sizes.indices.filter { !own.contains($0) }
    order.insert(contentsOf: own, at: order.firstIndex { $0 > own.max()! } ?? order.endIndex)
    let moved = ONNXActivation(
      value: try arranged(x, order, Shape(vector: x.value.shape.count)), layout: x.layout.reordered(order))
    return (moved, moved.layout.axes[dimension][0])
  }

  /// `x` as an image whose columns are the factor at `place`, with what it is then: rows are all before it, channels
  /// all after it.
  mutating func columns(_ x: ONNXActivation, _ place: Int) throws -> Value {
    let sizes = x.layout.sizes
    let shape = Shape(
      height: x.layout.size(0..<place), width: sizes[place], channels: x.layout.size(place + 1..<sizes.count))
    return try arranged(x, Array(sizes.indices), shape)
  }
}
