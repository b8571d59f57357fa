import Networks

extension ONNXInput {
  /// Most channels of an input: models say as much.
  private static let mostChannels = 16

  /// One image of the input and how its dimensions lie: channels first or last, or none for grey.
  /// - Parameter size: height and width where the file leaves them open.
  func image(_ size: Extent?) throws -> (Shape, ONNXLayout) {
    guard (3...4).contains(dimensions.count) else { throw refusal }
    let places = dimensions.count == 3 ? (rows: 1, channels: nil) : isChannelsLast ? (1, 3) : (rows: 2, channels: 1)
    guard let channels = places.channels.map({ dimensions[$0] }) ?? 1 else { throw refusal }
    let extent = try self.extent(dimensions[places.rows], dimensions[places.rows + 1], size)
    let shape = Shape(height: extent.height, width: extent.width, channels: channels)
    guard shape.isReasonable, channels <= ONNXInput.mostChannels else { throw refusal }
    let axes: [Int?] =
      places.channels == nil ? [nil, 0, 1] : places.channels == 3 ? [nil, 0, 1, 2] : [nil, 2, 0, 1]
    return (shape, ONNXLayout(sizes: [shape.height, shape.width, shape.channels], axes: axes))
  }

  /// Images have few channels: TensorFlow's come last.
  private var isChannelsLast: Bool {
    let few = 1...4
    guard let last = dimensions[3], few.contains(last) else { return false }
    return !(dimensions[1].map(few.contains) ?? false)
  }

  private func extent(_ height: Int?, _ width: Int?, _ given: Extent?) throws(WeightProblem) -> Extent {
    if let height, let width {
      let extent = Extent(height, width)
      guard given == nil || given == extent else { throw .fixedSize(extent, given: given!) }
      return extent
    }
    guard let given else { throw .openSize(input: name) }
    let extent = Extent(height ?? given.height, width ?? given.width)
    guard extent == given else { throw .fixedSize(extent, given: given) }
    return extent
  }

  private var refusal: WeightProblem {
    let text = dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: "x")
    return .unsupported(kind: "ONNX input", name: text)
  }
}
