// Attributes by name, with the defaults of the specification, and the errors of a node.
import Networks

extension ONNXNode {
  /// How errors call the node.
  var title: String { "\(operation) \(name.isEmpty ? "number \(index)" : name)" }

  /// The error of a node that breaks its specification.
  func malformed(_ detail: String) -> WeightProblem { .malformed(part: title, detail: detail) }

  /// The error of a node that does something that Mien's operations do not.
  func unsupported(_ detail: String) -> WeightProblem {
    .unsupported(kind: "ONNX operation", name: detail.isEmpty ? operation : "\(operation) (\(detail))")
  }

  /// Whether input `place` is there.
  func has(_ place: Int) -> Bool { inputs.indices.contains(place) && !inputs[place].isEmpty }

  func integer(_ name: String, _ standard: Int) -> Int { attributes[name]?.integer ?? standard }
  func float(_ name: String, _ standard: Float) -> Float { attributes[name]?.float ?? standard }
  func text(_ name: String, _ standard: String) -> String { attributes[name]?.text ?? standard }

  /// A dimension of a value of `rank`; negative ones count from the end.
  func axis(_ name: String, _ standard: Int, _ rank: Int) throws(WeightProblem) -> Int {
    try axis(integer(name, standard), rank)
  }

  /// Dimension `axis` of a value of `rank`.
  func axis(_ axis: Int, _ rank: Int) throws(WeightProblem) -> Int {
    let place = axis < 0 ? axis &+ rank : axis
    guard (0..<max(rank, 1)).contains(place) else { throw malformed("axis \(axis)") }
    return place
  }

  /// Dimensions, each once.
  func axes(_ axes: [Int], _ rank: Int) throws(WeightProblem) -> [Int] {
    var places: [Int] = []
    for axis in axes { places.append(try self.axis(axis, rank)) }
    guard Set(places).count == places.count else { throw malformed("axes \(axes.prefix(8))") }
    return places
  }

  /// A height and a width, small enough to compute with; a width alone where there is one dimension.
  func extent(_ name: String, _ standard: Extent) throws(WeightProblem) -> Extent {
    guard let values = attributes[name]?.integers else { return standard }
    guard (1...2).contains(values.count) else { throw unsupported("\(values.count) dimensions") }
    guard values.allSatisfy({ (0...4096).contains($0) }) else { throw malformed("\(name) out of range") }
    return values.count == 1 ? Extent(1, values[0]) : Extent(values[0], values[1])
  }

  /// Rows and columns added to each side.
  func pads(
    over input: Shape, kernel: Extent, stride: Extent, dilation: Extent = 1
  ) throws(WeightProblem) -> ONNXPads {
    switch text("auto_pad", "NOTSET") {
    case "NOTSET", "": return try ONNXPads(self, attributes["pads"]?.integers ?? [0, 0, 0, 0])
    case "VALID": return ONNXPads()
    case "SAME_UPPER": return ONNXPads(same: input, kernel, stride, dilation)
    case "SAME_LOWER": return ONNXPads(same: input, kernel, stride, dilation).turned
    case let other: throw unsupported("auto_pad \(other)")
    }
  }
}

/// Padding on the four sides.
struct ONNXPads {
  var top = 0
  var left = 0
  var bottom = 0
  var right = 0

  init() {}

  /// From ONNX's order: starts of all axes, then their ends.
  init(_ node: ONNXNode, _ values: [Int]) throws(WeightProblem) {
    let values = values.count == 2 ? [0, values[0], 0, values[1]] : values
    guard values.count == 4 else { throw node.unsupported("\(values.count / 2) dimensions") }
    guard values.allSatisfy({ (0...4096).contains($0) }) else { throw node.unsupported("padding \(values)") }
    (top, left, bottom, right) = (values[0], values[1], values[2], values[3])
  }

  /// So many that the output has the input's extent by the stride; the odd one at the end.
  init(same input: Shape, _ kernel: Extent, _ stride: Extent, _ dilation: Extent) {
    (top, bottom) = ONNXPads.same(input.height, kernel.height, stride.height, dilation.height)
    (left, right) = ONNXPads.same(input.width, kernel.width, stride.width, dilation.width)
  }

  private static func same(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> (Int, Int) {
    let outputs = (size + max(stride, 1) - 1) / max(stride, 1)
    let total = max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - size)
    return (total / 2, total - total / 2)
  }

  /// The same with the sides exchanged.
  var turned: ONNXPads {
    var result = self
    (result.top, result.bottom, result.left, result.right) = (bottom, top, right, left)
    return result
  }

  /// Rows above and columns to the left.
  var start: Extent { Extent(top, left) }
  /// Rows below and columns to the right.
  var end: Extent { Extent(bottom, right) }

  /// The padding where both sides have the same; nil otherwise.
  var symmetric: Extent? { top == bottom && left == right ? Extent(top, left) : nil }
}
