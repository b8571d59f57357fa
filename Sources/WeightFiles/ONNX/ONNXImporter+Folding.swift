import Foundation
import Networks

/// Computes the value of a node whose inputs are all known.
typealias ONNXFolding = @Sendable (inout ONNXImporter, ONNXNode) throws -> ONNXConstant

/// Every ONNX operation of constants that is understood, one row each.
let onnxFoldings: [String: ONNXFolding] = [
  "Constant": { try $0.constantNode($1) },
  "ConstantOfShape": { try $0.constantOfShape($1) },
  "Range": { try $0.rangeOfConstants($1) },
  "Identity": { try $0.constant($1, 0) },
  "Dropout": { try $0.constant($1, 0) },
  "Cast": { try $0.castConstant($1) },
  "Shape": {
    ONNXConstant(dimensions: [try $0.constant($1, 0).dimensions.count], integers: try $0.constant($1, 0).dimensions)
  },
  "Size": { ONNXConstant(dimensions: [], integers: [try $0.constant($1, 0).count]) },

  "Add": { try $0.zipped($1, ONNXArithmetic.add.apply, ONNXArithmetic.add.apply) },
  "Sub": { try $0.zipped($1, ONNXArithmetic.subtract.apply, ONNXArithmetic.subtract.apply) },
  "Mul": { try $0.zipped($1, ONNXArithmetic.multiply.apply, ONNXArithmetic.multiply.apply) },
  "Div": { try $0.zipped($1, ONNXArithmetic.divide.apply, ONNXArithmetic.divide.apply) },
  "Pow": { try $0.zipped($1, { _, _ in nil }, { pow($0, $1) }) },
  "Max": { try $0.zipped($1, { max($0, $1) }, { max($0, $1) }) },
  "Min": { try $0.zipped($1, { min($0, $1) }, { min($0, $1) }) },
  "Mod": { try $0.zipped($1, { $1 > 0 ? (($0 % $1) &+ $1) % $1 : nil }, { fmod($0, $1) }) },
  "Equal": { try $0.compared($1) { $0 == $1 } },
  "Greater": { try $0.compared($1) { $0 > $1 } },
  "GreaterOrEqual": { try $0.compared($1) { $0 >= $1 } },
  "Less": { try $0.compared($1) { $0 < $1 } },
  "LessOrEqual": { try $0.compared($1) { $0 <= $1 } },
  "And": { try $0.compared($1) { $0 != 0 && $1 != 0 } },
  "Or": { try $0.compared($1) { $0 != 0 || $1 != 0 } },
  "Not": { try $0.mapped($1, { $0 == 0 ? 1 : 0 }, { $0 == 0 ? 1 : 0 }) },
  "Where": { try $0.chosen($1) },

  "Neg": { try $0.mapped($1, { 0 &- $0 }, { -$0 }) },
  "Abs": { try $0.mapped($1, { $0 < 0 ? 0 &- $0 : $0 }, { abs($0) }) },
  "Sqrt": { try $0.mapped($1, nil, { $0.squareRoot() }) },
  "Reciprocal": { try $0.mapped($1, nil, { 1 / $0 }) },
  "Exp": { try $0.mapped($1, nil, { exp($0) }) },
  "Floor": { try $0.mapped($1, nil, { $0.rounded(.down) }) },
  "Ceil": { try $0.mapped($1, nil, { $0.rounded(.up) }) },
  "Round": { try $0.mapped($1, nil, { $0.rounded(.toNearestOrEven) }) },
  "ReduceProd": { try $0.reducedConstant($1, &*) },
  "ReduceSum": { try $0.reducedConstant($1, &+) },
  "ReduceMax": { try $0.reducedConstant($1) { max($0, $1) } },
  "ReduceMin": { try $0.reducedConstant($1) { min($0, $1) } },
  "DequantizeLinear": { try $0.dequantised($1) },

  "Reshape": { try $0.reshapedConstant($1) },
  "Flatten": { try $0.flattenedConstant($1) },
  "Squeeze": { try $0.squeezedConstant($1) },
  "Unsqueeze": { try $0.unsqueezedConstant($1) },
  "Transpose": { try $0.transposedConstant($1) },
  "Expand": { try $0.expandedConstant($1) },
  "Tile": { try $0.tiledConstant($1) },
  "Slice": { try $0.slicedConstant($1) },
  "Gather": { try $0.gatheredConstant($1) },
  "Concat": { try $0.joinedConstants($1) },
]

extension ONNXImporter {
  /// The value of `node` where all that it reads is known.
  mutating func folded(_ node: ONNXNode) throws -> ONNXConstant? {
    let isKnown = node.inputs.allSatisfy { name in
      if name.isEmpty { return true }
      if case .constant? = values[name] { return true } else { return false }
    }
    guard isKnown, let fold = onnxFoldings[node.operation], node.outputs.count == 1 || node.operation == "Dropout"
    else {
      return nil
    }
    return try fold(&self, node)
  }

  func constantNode(_ node: ONNXNode) throws -> ONNXConstant {
    if let tensor = node.attributes["value"]?.tensor { return try tensor.constant(source) }
    guard let attribute = node.attributes.values.first else { throw node.unsupported("no value") }
    switch attribute.name {
    case "value_int": return ONNXConstant(dimensions: [], integers: [attribute.integer])
    case "value_ints": return ONNXConstant(dimensions: [attribute.integers.count], integers: attribute.integers)
    case "value_float": return ONNXConstant(dimensions: [], floats: [attribute.float])
    case "value_floats": return ONNXConstant(dimensions: [attribute.floats.count], floats: attribute.floats)
    case let name: throw node.unsupported(name)
    }
  }

  func constantOfShape(_ node: ONNXNode) throws -> ONNXConstant {
    let wanted = try integers(node, 0)
    let value = try node.attributes["value"]?.tensor?.constant(source) ?? ONNXConstant(dimensions: [1], floats: [0])
    guard let count = elementCount(wanted), value.count == 1 else {
      throw node.malformed("dimensions that no memory holds")
    }
    try spend(2 * count)
    return value.picked([Int](repeating: 0, count: count), dimensions: wanted)
  }

  func rangeOfConstants(_ node: ONNXNode) throws -> ONNXConstant {
    let ends = try (0..<3).map { place in try integers(node, place).first ?? 0 }
    guard ends[2] != 0, ends.allSatisfy({ (-(1 << 32)...(1 << 32)).contains($0) }) else {
      throw node.malformed("of steps of 0")
    }
    try spend(2 * max(0, (ends[1] - ends[0]) / ends[2] + 1))
    let values = Array(stride(from: ends[0], to: ends[1], by: ends[2]))
    return ONNXConstant(dimensions: [values.count], integers: values)
  }

  /// To whole numbers or to others; what no whole number holds is as large as one can be.
  func castConstant(_ node: ONNXNode) throws -> ONNXConstant {
    let constant = try constant(node, 0)
    let isWhole = [2, 3, 5, 6, 7, 9, 12, 13].contains(node.integer("to", 1))
    if isWhole == (constant.integers != nil) { return constant }
    try spend(2 * constant.count)
    let values = constant.floats
    guard isWhole else { return ONNXConstant(dimensions: constant.dimensions, floats: values) }
    let whole = values.map { $0.isNaN ? 0 : Int(max(min($0, 0x1p62), -0x1p62)) }
    return ONNXConstant(
      dimensions: constant.dimensions, integers: node.integer("to", 1) == 9 ? whole.map { $0 == 0 ? 0 : 1 } : whole)
  }

  /// Weights that are stored as whole numbers, by a scale for all or for each of one dimension.
  func dequantised(_ node: ONNXNode) throws -> ONNXConstant {
    let (given, scale) = (try constant(node, 0), try constant(node, 1))
    let zero = try optional(node, 2)
    let axis = try given.dimensions.isEmpty ? 0 : node.axis("axis", scale.count == 1 ? 0 : 1, given.dimensions.count)
    guard let values = given.integers, scale.count == 1 || scale.count == given.dimensions[axis] else {
      throw WeightProblem.quantised(operation: node.operation)
    }
    guard zero.map({ $0.count == scale.count }) ?? true, scale.count > 0 else { throw node.malformed("zero points") }
    try spend(values.count)
    let step = given.dimensions.isEmpty ? 1 : ONNXImporter.steps(given.dimensions)[axis]
    let (scales, zeros) = (scale.floats, zero?.floats)
    let numbers = values.enumerated().map { place, value in
      let at = scales.count == 1 ? 0 : place / step % scales.count
      return (Float(value) - (zeros?[at] ?? 0)) * scales[at]
    }
    return ONNXConstant(dimensions: given.dimensions, floats: numbers)
  }
}
