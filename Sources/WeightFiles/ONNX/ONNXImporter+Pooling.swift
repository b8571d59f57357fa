// Pooling, sums over dimensions, and padding.
import Networks

/// What becomes of the elements that are reduced to one.
enum ONNXReduction {
  case mean, maximum, sum

  /// Over all pixels.
  var ofPixels: any Operation { self == .maximum ? AdaptiveMaxPool2d(1) : AdaptiveAvgPool2d(1) }
  /// Over the channels of each pixel.
  var ofChannels: any Operation { self == .maximum ? ChannelMax() : ChannelMean() }
}

extension ONNXImporter {
  mutating func maxPool(_ node: ONNXNode) throws {
    let (x, rank, window) = try pooling(node)
    guard try node.extent("dilations", 1) == 1, node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw node.unsupported("dilation or indices")
    }
    try setMap(node, add(MaxPool2d(window: window), x), rank: rank)
  }

  mutating func averagePool(_ node: ONNXNode) throws {
    let (x, rank, window) = try pooling(node)
    let operation = AvgPool2d(window: window, countIncludePad: node.integer("count_include_pad", 0) == 1)
    try setMap(node, add(operation, x), rank: rank)
  }

  private mutating func pooling(_ node: ONNXNode) throws -> (Value, rank: Int, PoolWindow) {
    let given = try activation(node)
    let x = try map(node, given)
    let (kernel, stride) = (try node.extent("kernel_shape", 0), try node.extent("strides", 1))
    let pads = try node.pads(over: x.shape, kernel: kernel, stride: stride)
    let window = PoolWindow(
      kernel, stride: stride, padding: pads.start, endPadding: pads.end, ceilMode: node.integer("ceil_mode", 0) == 1)
    return (x, given.rank, window)
  }

  mutating func globalPool(_ node: ONNXNode, _ kind: ONNXReduction) throws {
    let x = try activation(node)
    guard x.rank >= 3 else { throw node.unsupported("\(x.rank) dimensions") }
    try set(node, .activation(reduced(x, Array(2..<x.rank), kind, keeps: true)))
  }

  mutating func reduce(_ node: ONNXNode, _ kind: ONNXReduction) throws {
    let x = try activation(node)
    let listed = try list(node, "axes", orInput: 1) ?? []
    if listed.isEmpty, node.integer("noop_with_empty_axes", 0) == 1 { return try pass(node) }
    let axes = try node.axes(listed.isEmpty ? Array(0..<x.rank) : listed, x.rank)
    try set(node, .activation(reduced(x, axes, kind, keeps: node.integer("keepdims", 1) == 1)))
  }

  private mutating func reduced(
    _ x: ONNXActivation, _ axes: [Int], _ kind: ONNXReduction, keeps: Bool
  ) throws -> ONNXActivation {
    let places = Set(axes.flatMap { x.layout.axes[$0] }).sorted()
    let rest = x.layout.sizes.indices.filter { !places.contains($0) }
    let isInner = places == Array(rest.count..<rest.count + places.count)
    let moved = try isInner ? pixels(x, rest, places) : pixels(x, places, rest)
    var layout = x.layout
    for axis in axes { layout.axes[axis] = [] }
    layout.axes = layout.axes.map { $0.map { rest.firstIndex(of: $0)! } }
    layout.sizes = rest.map { x.layout.sizes[$0] }
    if !keeps { layout.axes = layout.axes.indices.filter { !axes.contains($0) }.map { layout.axes[$0] } }
    layout.normalise()
    guard !places.isEmpty else { return ONNXActivation(value: x.value, layout: layout) }
    let value = try add(isInner ? kind.ofChannels : kind.ofPixels, moved.value)
    let count = x.layout.size(places)
    return ONNXActivation(
      value: kind == .sum ? try add(Affine(scale: Float(count)), value) : value, layout: layout)
  }

  mutating func pad(_ node: ONNXNode) throws {
    var x = try activation(node)
    let pads = try list(node, "pads", orInput: 1) ?? []
    let listed = try node.has(3) ? integers(node, 3) : Array(0..<x.rank)
    let axes = try node.axes(listed, x.rank)
    guard pads.count == 2 * axes.count, pads.allSatisfy({ (-(1 << 16)...(1 << 16)).contains($0) }) else {
      throw node.malformed("pads \(pads.prefix(8))")
    }
    let sides = axes.enumerated().map { (axis: $1, before: pads[$0], after: pads[$0 + axes.count]) }
      .filter { $0.before != 0 || $0.after != 0 }
    let mode = node.text("mode", "constant")
    let number = try optional(node, 2)?.first ?? node.float("value", 0)
    guard mode == "constant" || sides.allSatisfy({ min($0.before, $0.after) >= 0 }), number.isFinite else {
      throw node.unsupported("\(mode), \(number)")
    }
    // Zeros are added to what is moved so far that the number wanted is zero.
    if mode == "constant", number != 0 { x = x.with(try add(Affine(shift: -number), x.value)) }
    for side in sides { x = try padded(node, x, side.axis, side.before, side.after, mode) }
    if mode == "constant", number != 0 { x = x.with(try add(Affine(shift: number), x.value)) }
    try set(node, .activation(x))
  }

  private mutating func padded(
    _ node: ONNXNode, _ x: ONNXActivation, _ axis: Int, _ before: Int, _ after: Int, _ mode: String
  ) throws -> ONNXActivation {
    let extent = x.extents[axis]
    if mode != "constant" {
      guard let indices = ONNXImporter.edge(mode, extent, before, after) else { throw node.unsupported(mode) }
      return try picked(node, x, axis, indices)
    }
    guard min(before, after) >= 0 else {
      let (start, end) = (max(-before, 0), extent - max(-after, 0))
      guard start < end else { throw node.malformed("leaves nothing") }
      let kept = try picked(node, x, axis, Array(start..<end))
      return try padded(node, kept, axis, max(before, 0), max(after, 0), mode)
    }
    guard before > 0 || after > 0 else { return x }
    let (lone, place) = try x.layout.axes[axis].isEmpty ? single(x, axis) : together(x, axis)
    let isRows = place == 0 && lone.layout.sizes.first == lone.value.shape.height
    let image = try isRows ? lone.value : columns(lone, place)
    let operation =
      isRows
      ? ZeroPad2d(top: before, bottom: after, left: 0, right: 0)
      : ZeroPad2d(top: 0, bottom: 0, left: before, right: after)
    var layout = lone.layout
    layout.sizes[place] += before + after
    return ONNXActivation(value: try add(operation, image), layout: layout)
  }

  /// A dimension of extent 1 as a factor, outermost; not normalised.
  private func single(_ x: ONNXActivation, _ axis: Int) -> (ONNXActivation, place: Int) {
    var result = x
    result.layout.sizes.insert(1, at: 0)
    result.layout.axes = x.layout.axes.map { $0.map { $0 + 1 } }
    result.layout.axes[axis] = [0]
    return (result, 0)
  }

  /// Which elements stand where padding takes up the image's own.
  private static func edge(_ mode: String, _ extent: Int, _ before: Int, _ after: Int) -> [Int]? {
    let places = -before..<extent + after
    switch mode {
    case "edge": return places.map { min(max($0, 0), extent - 1) }
    case "wrap": return places.map { (($0 % extent) + extent) % extent }
    case "reflect":
      guard extent > max(before, after) else { return nil }
      return places.map { $0 < 0 ? -$0 : $0 >= extent ? 2 * (extent - 1) - $0 : $0 }
    default: return nil
    }
  }
}
