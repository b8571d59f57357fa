import Networks

/// Inception v3, as torchvision has it, with the input transformed to Google's range. The auxiliary head exists in training
/// only, and only where the image is large enough for it (from 299 on by default).
let inceptions = [
  Architecture(
    name: "inception_v3", family: "inception", input: Shape(height: 299, width: 299, channels: 3),
    source: "Szegedy et al., arXiv:1512.00567", naming: "torchvision"
  ) { input, classes throws(ShapeError) in try inceptionV3(input, classes) }
]

private func inceptionV3(_ input: Shape, _ classes: Int) throws(ShapeError) -> Graph {
  let b = GraphBuilder("inception_v3", input: input)
  var x = try b.stem()
  x = try b.moduleA(x, "Mixed_5b", pool: 32)
  x = try b.moduleA(x, "Mixed_5c", pool: 64)
  x = try b.moduleA(x, "Mixed_5d", pool: 64)
  x = try b.moduleB(x, "Mixed_6a")
  for (name, width) in [("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)] {
    x = try b.moduleC(x, "Mixed_\(name)", width)
  }
  let branch = x
  x = try b.moduleD(x, "Mixed_7a")
  x = try b.moduleE(x, "Mixed_7b")
  x = try b.moduleE(x, "Mixed_7c")
  b.head("classifier", try b.linear(b.add(Dropout(), "", b.globalAverage(x)), "fc", classes))
  try b.auxiliary(branch, classes)
  return b.graph()
}

extension GraphBuilder {
  /// Convolution, batch norm with Google's epsilon, ReLU.
  private func unit(
    _ x: Value, _ path: String, _ out: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent = 0
  ) throws(ShapeError) -> Value {
    try convNormReLU(x, path, out, kernel, stride: stride, padding: padding, eps: 1e-3)
  }

  fileprivate func stem() throws(ShapeError) -> Value {
    var x = try unit(googleInput(), "Conv2d_1a_3x3", 32, 3, stride: 2)
    x = try unit(unit(x, "Conv2d_2a_3x3", 32, 3), "Conv2d_2b_3x3", 64, 3, padding: 1)
    x = try unit(add(MaxPool2d(3, stride: 2), "", x), "Conv2d_3b_1x1", 80, 1)
    return try add(MaxPool2d(3, stride: 2), "", unit(x, "Conv2d_4a_3x3", 192, 3))
  }

  /// 1x1, 5x5, two 3x3 and pooling side by side.
  fileprivate func moduleA(_ x: Value, _ path: String, pool: Int) throws(ShapeError) -> Value {
    let five = try unit(x, "\(path).branch5x5_1", 48, 1)
    let double = try unit(x, "\(path).branch3x3dbl_1", 64, 1)
    let doubled = try unit(double, "\(path).branch3x3dbl_2", 96, 3, padding: 1)
    return try concat([
      unit(x, "\(path).branch1x1", 64, 1),
      unit(five, "\(path).branch5x5_2", 64, 5, padding: 2),
      unit(doubled, "\(path).branch3x3dbl_3", 96, 3, padding: 1),
      pooling(x, path, pool),
    ])
  }

  /// From 35x35 to 17x17.
  fileprivate func moduleB(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let double = try unit(x, "\(path).branch3x3dbl_1", 64, 1)
    let doubled = try unit(double, "\(path).branch3x3dbl_2", 96, 3, padding: 1)
    return try concat([
      unit(x, "\(path).branch3x3", 384, 3, stride: 2),
      unit(doubled, "\(path).branch3x3dbl_3", 96, 3, stride: 2),
      add(MaxPool2d(3, stride: 2), "", x),
    ])
  }

  /// 7x7 taken apart into rows and columns.
  fileprivate func moduleC(_ x: Value, _ path: String, _ width: Int) throws(ShapeError) -> Value {
    var single = try unit(x, "\(path).branch7x7_1", width, 1)
    single = try row(single, "\(path).branch7x7_2", width)
    var double = try unit(x, "\(path).branch7x7dbl_1", width, 1)
    double = try column(double, "\(path).branch7x7dbl_2", width)
    double = try row(double, "\(path).branch7x7dbl_3", width)
    double = try column(double, "\(path).branch7x7dbl_4", width)
    return try concat([
      unit(x, "\(path).branch1x1", 192, 1),
      column(single, "\(path).branch7x7_3", 192),
      row(double, "\(path).branch7x7dbl_5", 192),
      pooling(x, path, 192),
    ])
  }

  /// From 17x17 to 8x8.
  fileprivate func moduleD(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let three = try unit(x, "\(path).branch3x3_1", 192, 1)
    var seven = try unit(x, "\(path).branch7x7x3_1", 192, 1)
    seven = try row(seven, "\(path).branch7x7x3_2", 192)
    seven = try column(seven, "\(path).branch7x7x3_3", 192)
    return try concat([
      unit(three, "\(path).branch3x3_2", 320, 3, stride: 2),
      unit(seven, "\(path).branch7x7x3_4", 192, 3, stride: 2),
      add(MaxPool2d(3, stride: 2), "", x),
    ])
  }

  /// The widest module: 3x3 as a row and a column side by side.
  fileprivate func moduleE(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let three = try unit(x, "\(path).branch3x3_1", 384, 1)
    let double = try unit(x, "\(path).branch3x3dbl_1", 448, 1)
    let doubled = try unit(double, "\(path).branch3x3dbl_2", 384, 3, padding: 1)
    return try concat([
      unit(x, "\(path).branch1x1", 320, 1),
      cross(three, "\(path).branch3x3_2"),
      cross(doubled, "\(path).branch3x3dbl_3"),
      pooling(x, path, 192),
    ])
  }

  private func cross(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    try concat([
      unit(x, "\(path)a", 384, Extent(1, 3), padding: Extent(0, 1)),
      unit(x, "\(path)b", 384, Extent(3, 1), padding: Extent(1, 0)),
    ])
  }

  private func row(_ x: Value, _ path: String, _ width: Int) throws(ShapeError) -> Value {
    try unit(x, path, width, Extent(1, 7), padding: Extent(0, 3))
  }

  private func column(_ x: Value, _ path: String, _ width: Int) throws(ShapeError) -> Value {
    try unit(x, path, width, Extent(7, 1), padding: Extent(3, 0))
  }

  private func pooling(_ x: Value, _ path: String, _ width: Int) throws(ShapeError) -> Value {
    try unit(add(AvgPool2d(3, stride: 1, padding: 1), "", x), "\(path).branch_pool", width, 1)
  }

  /// The head on the 17x17 map; left out where the map is too small for its 5x5 convolution.
  fileprivate func auxiliary(_ x: Value, _ classes: Int) throws(ShapeError) {
    guard min(x.shape.height, x.shape.width) >= 17 else { return }
    let pooled = try add(AvgPool2d(5, stride: 3), "", x)
    let y = try unit(unit(pooled, "AuxLogits.conv0", 128, 1), "AuxLogits.conv1", 768, 5)
    head("aux", try linear(globalAverage(y), "AuxLogits.fc", classes), trainingOnly: true)
  }
}
