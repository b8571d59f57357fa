// Enlarging and shrinking maps.
import Networks

extension ONNXImporter {
  /// To sizes or by factors: to the nearest pixel, or bilinear.
  mutating func resize(_ node: ONNXNode) throws {
    let given = try activation(node)
    let x = try map(node, given)
    let isOld = node.operation == "Upsample" || opset < 11
    let convention = isOld ? "asymmetric" : node.text("coordinate_transformation_mode", "half_pixel")
    let (output, factors) = try target(node, given, isOld: isOld)
    guard output.isPositive, output.height <= 1 << 16, output.width <= 1 << 16 else {
      throw node.malformed("size \(output)")
    }
    guard output != Extent(x.shape.height, x.shape.width) else { return try setMap(node, x, rank: given.rank) }
    let operation: any Operation
    switch node.text("mode", "nearest") {
    case "nearest":
      let rounding = isOld ? "floor" : node.text("nearest_mode", "round_prefer_floor")
      operation = Select(
        rows: try nearest(node, x.shape.height, output.height, factors.height, convention, rounding),
        columns: try nearest(node, x.shape.width, output.width, factors.width, convention, rounding))
    case "linear", "bilinear": operation = try bilinear(node, output, convention)
    case let mode: throw node.unsupported("\(mode), \(convention)")
    }
    try setMap(node, add(operation, x), rank: given.rank)
  }

  private func bilinear(_ node: ONNXNode, _ output: Extent, _ convention: String) throws -> Upsample {
    let conventions = ["align_corners": true, "half_pixel": false, "pytorch_half_pixel": false]
    guard let aligned = conventions[convention] else { throw node.unsupported("linear, \(convention)") }
    return Upsample(to: output, alignCorners: aligned)
  }

  /// For each output the input element that is nearest.
  private func nearest(
    _ node: ONNXNode, _ inputs: Int, _ outputs: Int, _ factor: Float, _ convention: String, _ rounding: String
  ) throws -> [Int] {
    try (0..<outputs).map { index in
      let place: Float =
        switch convention {
        case "asymmetric": Float(index) / factor
        case "half_pixel": (Float(index) + 0.5) / factor - 0.5
        case "pytorch_half_pixel": outputs > 1 ? (Float(index) + 0.5) / factor - 0.5 : 0
        case "align_corners": outputs > 1 ? Float(index) * Float(inputs - 1) / Float(outputs - 1) : 0
        default: throw node.unsupported("nearest, \(convention)")
        }
      let rounded: Float =
        switch rounding {
        case "floor": place.rounded(.down)
        case "ceil": place.rounded(.up)
        case "round_prefer_ceil": (place + 0.5).rounded(.down)
        default: (place - 0.5).rounded(.up)
        }
      return min(max(Int(rounded), 0), inputs - 1)
    }
  }

  /// The output's extent and the factors that lead to it.
  private func target(
    _ node: ONNXNode, _ x: ONNXActivation, isOld: Bool
  ) throws -> (Extent, factors: (height: Float, width: Float)) {
    let extents = x.extents
    let (rows, columns) = (x.rank == 4 ? extents[2] : 1, extents[x.rank - 1])
    if !isOld, node.has(3) {
      var sizes = try integers(node, 3)
      if batch > 1, sizes.first == batch { sizes[0] = 1 }
      guard sizes.count == x.rank, Array(sizes[..<2]) == Array(extents[..<2]),
        sizes.allSatisfy({ (1...(1 << 16)).contains($0) })
      else { throw node.unsupported("to \(sizes.prefix(8))") }
      let output = Extent(x.rank == 4 ? sizes[2] : 1, sizes[x.rank - 1])
      return (output, (Float(output.height) / Float(rows), Float(output.width) / Float(columns)))
    }
    let scales = try node.attributes["scales"]?.floats ?? constant(node, isOld ? 1 : 2).floats
    guard scales.count == x.rank, scales[0] == 1, scales[1] == 1, scales.allSatisfy({ $0 > 0 && $0 < 1024 }) else {
      throw node.unsupported("by \(scales.prefix(8))")
    }
    let factors = (height: x.rank == 4 ? scales[2] : 1, width: scales[x.rank - 1])
    return (Extent(Int(Float(rows) * factors.height), Int(Float(columns) * factors.width)), factors)
  }
}
