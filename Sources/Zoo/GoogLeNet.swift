import Networks

/// GoogLeNet with batch norm, as torchvision has it: what the paper calls 5x5 is 3x3, and the input is transformed to
/// Google's range. The two auxiliary heads exist in training only.
let googLeNets = [
  Architecture(
    name: "googlenet", family: "googlenet", input: colour224, source: "Szegedy et al., arXiv:1409.4842",
    naming: "torchvision"
  ) { input, classes throws(ShapeError) in try googLeNet(input, classes) }
]

/// Channels of a module's branches: 1x1, 3x3 with its reduction, "5x5" with its reduction, pooling.
private typealias Branches = (one: Int, reduce3: Int, three: Int, reduce5: Int, five: Int, pool: Int)

private func googLeNet(_ input: Shape, _ classes: Int) throws(ShapeError) -> Graph {
  let b = GraphBuilder("googlenet", input: input)
  var x = try b.unit(b.googleInput(), "conv1", 64, 7, stride: 2, padding: 3)
  x = try b.add(MaxPool2d(3, stride: 2, ceilMode: true), "", x)
  x = try b.unit(b.unit(x, "conv2", 64, 1), "conv3", 192, 3, padding: 1)
  x = try b.add(MaxPool2d(3, stride: 2, ceilMode: true), "", x)
  x = try b.inception(x, "inception3a", (64, 96, 128, 16, 32, 32))
  x = try b.inception(x, "inception3b", (128, 128, 192, 32, 96, 64))
  x = try b.add(MaxPool2d(3, stride: 2, ceilMode: true), "", x)
  let first = try b.inception(x, "inception4a", (192, 96, 208, 16, 48, 64))
  x = try b.inception(first, "inception4b", (160, 112, 224, 24, 64, 64))
  x = try b.inception(x, "inception4c", (128, 128, 256, 24, 64, 64))
  let second = try b.inception(x, "inception4d", (112, 144, 288, 32, 64, 64))
  x = try b.inception(second, "inception4e", (256, 160, 320, 32, 128, 128))
  x = try b.add(MaxPool2d(2, ceilMode: true), "", x)
  x = try b.inception(x, "inception5a", (256, 160, 320, 32, 128, 128))
  x = try b.inception(x, "inception5b", (384, 192, 384, 48, 128, 128))
  x = try b.add(Dropout(0.2), "", b.globalAverage(x))
  b.head("classifier", try b.linear(x, "fc", classes))
  try b.auxiliary(first, "aux1", classes)
  try b.auxiliary(second, "aux2", classes)
  return b.graph()
}

extension GraphBuilder {
  /// Convolution, batch norm with Google's epsilon, ReLU.
  fileprivate func unit(
    _ x: Value, _ path: String, _ out: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent = 0
  ) throws(ShapeError) -> Value {
    try convNormReLU(x, path, out, kernel, stride: stride, padding: padding, eps: 1e-3)
  }

  fileprivate func inception(_ x: Value, _ path: String, _ branches: Branches) throws(ShapeError) -> Value {
    let pooled = try add(MaxPool2d(3, stride: 1, padding: 1, ceilMode: true), "", x)
    let reduced3 = try unit(x, "\(path).branch2.0", branches.reduce3, 1)
    let reduced5 = try unit(x, "\(path).branch3.0", branches.reduce5, 1)
    return try concat([
      unit(x, "\(path).branch1", branches.one, 1),
      unit(reduced3, "\(path).branch2.1", branches.three, 3, padding: 1),
      unit(reduced5, "\(path).branch3.1", branches.five, 3, padding: 1),
      unit(pooled, "\(path).branch4.1", branches.pool, 1),
    ])
  }

  fileprivate func auxiliary(_ x: Value, _ path: String, _ classes: Int) throws(ShapeError) {
    let pooled = try unit(add(AdaptiveAvgPool2d(4), "", x), "\(path).conv", 128, 1)
    let hidden = try relu(linear(add(Flatten(), "", pooled), "\(path).fc1", 1024))
    head(path, try linear(add(Dropout(0.7), "", hidden), "\(path).fc2", classes), trainingOnly: true)
  }
}
