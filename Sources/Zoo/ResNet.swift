import Networks

/// Residual networks, as torchvision has them (the stride of a bottleneck sits in its 3x3 convolution).
let resNets = [
  resNet("resnet18", .basic, [2, 2, 2, 2]),
  resNet("resnet34", .basic, [3, 4, 6, 3]),
  resNet("resnet50", .bottleneck, [3, 4, 6, 3]),
  resNet("resnet101", .bottleneck, [3, 4, 23, 3]),
  resNet("resnet152", .bottleneck, [3, 8, 36, 3]),
]

/// The two residual blocks.
enum ResidualBlock {
  /// Two 3x3 convolutions.
  case basic
  /// 1x1 down, 3x3, 1x1 up to four times the width.
  case bottleneck
}

private func resNet(_ name: String, _ block: ResidualBlock, _ depths: [Int]) -> Architecture {
  Architecture(
    name: name, family: "resnet", input: colour224, source: "He et al., arXiv:1512.03385", naming: "torchvision"
  ) { input, classes throws(ShapeError) in
    let b = GraphBuilder(name, input: input)
    var x = try b.resNetStem()
    for (stage, depth) in depths.enumerated() { x = try b.resNetStage(x, block, stage, depth) }
    b.head("classifier", try b.linear(b.globalAverage(x), "fc", classes))
    return b.graph()
  }
}

extension GraphBuilder {
  /// The 7x7 convolution and pooling that every ResNet begins with.
  func resNetStem() throws(ShapeError) -> Value {
    let x = try relu(norm(conv(input, "conv1", 64, 7, stride: 2, padding: 3), "bn1"))
    return try add(MaxPool2d(3, stride: 2, padding: 1), "", x)
  }

  /// `depth` blocks called `layerN`; all stages but the first halve the image.
  func resNetStage(
    _ x: Value, _ block: ResidualBlock, _ stage: Int, _ depth: Int
  ) throws(ShapeError) -> Value {
    var x = x
    for index in 0..<depth {
      let stride = stage > 0 && index == 0 ? 2 : 1
      let path = "layer\(stage + 1).\(index)"
      switch block {
      case .basic: x = try basicBlock(x, path, 64 << stage, stride: stride)
      case .bottleneck: x = try bottleneck(x, path, 64 << stage, stride: stride)
      }
    }
    return x
  }

  /// Two 3x3 convolutions beside a shortcut, which is projected where the shape changes.
  func basicBlock(_ x: Value, _ path: String, _ width: Int, stride: Int = 1) throws(ShapeError) -> Value {
    let stride = Extent(stride, stride)
    var y = try relu(norm(conv(x, "\(path).conv1", width, 3, stride: stride, padding: 1), "\(path).bn1"))
    y = try norm(conv(y, "\(path).conv2", width, 3, padding: 1), "\(path).bn2")
    return try relu(add(Add(), "", y, shortcut(x, path, as: y, stride)))
  }

  private func bottleneck(_ x: Value, _ path: String, _ width: Int, stride: Int) throws(ShapeError) -> Value {
    let stride = Extent(stride, stride)
    var y = try relu(norm(conv(x, "\(path).conv1", width, 1), "\(path).bn1"))
    y = try relu(norm(conv(y, "\(path).conv2", width, 3, stride: stride, padding: 1), "\(path).bn2"))
    y = try norm(conv(y, "\(path).conv3", width * 4, 1), "\(path).bn3")
    return try relu(add(Add(), "", y, shortcut(x, path, as: y, stride)))
  }

  /// `x` itself, or projected to the shape of `y` by a 1x1 convolution called `downsample`.
  func shortcut(_ x: Value, _ path: String, as y: Value, _ stride: Extent) throws(ShapeError) -> Value {
    guard x.shape != y.shape else { return x }
    let projected = try conv(x, "\(path).downsample.0", y.shape.channels, 1, stride: stride)
    return try norm(projected, "\(path).downsample.1")
  }
}
