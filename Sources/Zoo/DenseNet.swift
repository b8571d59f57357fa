import Networks

/// Densely connected networks, as torchvision has them.
let denseNets = [
  Architecture(
    name: "densenet121", family: "densenet", input: colour224, source: "Huang et al., arXiv:1608.06993",
    naming: "torchvision"
  ) { input, classes throws(ShapeError) in try denseNet121(input, classes) }
]

private func denseNet121(_ input: Shape, _ classes: Int) throws(ShapeError) -> Graph {
  let b = GraphBuilder("densenet121", input: input)
  var x = try b.conv(b.input, "features.conv0", 64, 7, stride: 2, padding: 3)
  x = try b.add(MaxPool2d(3, stride: 2, padding: 1), "", b.relu(b.norm(x, "features.norm0")))
  for (index, depth) in [6, 12, 24, 16].enumerated() {
    if index > 0 { x = try b.transition(x, "features.transition\(index)") }
    for layer in 1...depth { x = try b.denseLayer(x, "features.denseblock\(index + 1).denselayer\(layer)") }
  }
  x = try b.globalAverage(b.relu(b.norm(x, "features.norm5")))
  b.head("classifier", try b.linear(x, "classifier", classes))
  return b.graph()
}

extension GraphBuilder {
  /// 32 more channels: drawn from all before through a 1x1 bottleneck of 128.
  fileprivate func denseLayer(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let squeezed = try conv(relu(norm(x, "\(path).norm1")), "\(path).conv1", 128, 1)
    let grown = try conv(relu(norm(squeezed, "\(path).norm2")), "\(path).conv2", 32, 3, padding: 1)
    return try add(Concat(), "", x, grown)
  }

  /// Half the channels, half the image.
  fileprivate func transition(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let y = try conv(relu(norm(x, "\(path).norm")), "\(path).conv", x.shape.channels / 2, 1)
    return try add(AvgPool2d(2), "", y)
  }
}
