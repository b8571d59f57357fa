import Networks

/// Mien's own nets for 48x48 grey faces, of which they see a crop of 40x40: one channel in, two heads out (`classifier` for
/// FER2013's labels, `votes` for the eight classes of FER+). Each costs at most 80 million multiply-accumulates and
/// 6 MB of weights, those called medium or large at most 230 million and 14 MB.
let compactNets: [Architecture] = [
  compact("vgg_small", aliases: ["starter"], "Mien: ten plain convolutions") { input, classes throws(ShapeError) in
    try vggSmall(input, classes)
  },
  compact("mien_vgg", "Mien, after Simonyan and Zisserman, arXiv:1409.1556") { input, classes throws(ShapeError) in
    try mienVGG(input, classes)
  },
  compact("mien_res", "Mien, after He et al., arXiv:1512.03385, and Hu et al., arXiv:1709.01507") {
    input, classes throws(ShapeError) in try mienRes(input, classes)
  },
  compact("mien_mask", "Mien, after Pham et al., ICPR 2020, doi:10.1109/ICPR48806.2021.9411919") {
    input, classes throws(ShapeError) in try mienMask(input, classes)
  },
  compact("mien_medium_vgg", "Mien: `mien_vgg`, of 2.7 times the cost") { input, classes throws(ShapeError) in
    try mienVGG(
      input, classes, name: "mien_medium_vgg", widths: [[40, 40], [88, 88], [192, 192, 192], [320, 320, 320]],
      dropout: 0.4)
  },
  compact("mien_large_vgg", "Mien: `mien_vgg`, of three times the cost") { input, classes throws(ShapeError) in
    try mienVGG(
      input, classes, name: "mien_large_vgg", widths: [[48, 48], [96, 96], [192, 192, 192], [320, 320, 320]],
      dropout: 0.4)
  },
  compact("mien_large_res", "Mien: `mien_res`, of three times the cost") { input, classes throws(ShapeError) in
    try mienRes(input, classes, name: "mien_large_res", stem: 48, widths: [80, 160, 256])
  },
  compact("mien_large_mask", "Mien: `mien_mask`, of 2.8 times the cost") { input, classes throws(ShapeError) in
    try mienMask(input, classes, name: "mien_large_mask", stem: 48, widths: [80, 160, 256])
  },
]

private func compact(
  _ name: String, aliases: [String] = [], _ source: String,
  _ build: @escaping @Sendable (Shape, Int) throws(ShapeError) -> Graph
) -> Architecture {
  Architecture(
    name: name, aliases: aliases, family: "compact", input: Shape(height: 40, width: 40, channels: 1), source: source,
    naming: "Mien",
    build: build)
}

/// FER+'s eight classes.
private let votesClasses = 8

// MARK: - VGG-like

/// The first classifier: `features.N` and two heads, as its weight file names them.
private func vggSmall(_ input: Shape, _ classes: Int) throws(ShapeError) -> Graph {
  let b = GraphBuilder("vgg_small", input: input)
  var x = b.input
  var index = 0
  for widths in [[24, 24], [48, 48], [96, 96, 96], [192, 192, 192]] {
    x = try b.plainConvs(x, widths, &index)
    x = try b.add(MaxPool2d(2), "", x)
    index += 1
  }
  try b.twoHeads(b.add(Flatten(), "", x), classes)
  return b.graph()
}

/// Plain 3x3 convolutions in four groups; the last group's map is averaged to 2x2, so that any input from 8x8 on fits.
func mienVGG(
  _ input: Shape, _ classes: Int, name: String = "mien_vgg",
  widths: [[Int]] = [[24, 32], [64, 64], [96, 96, 96], [192, 192, 192]], dropout: Float = 0.3
) throws(ShapeError) -> Graph {
  let b = GraphBuilder(name, input: input)
  var x = b.input
  var index = 0
  for (group, widths) in widths.enumerated() {
    if group > 0 {
      x = try b.add(MaxPool2d(2), "", x)
      index += 1
    }
    x = try b.plainConvs(x, widths, &index)
  }
  try b.cornersAndHeads(x, classes, dropout: dropout)
  return b.graph()
}

// MARK: - Residual

/// Basic residual blocks with squeeze and excitation, in three stages that halve the image.
func mienRes(
  _ input: Shape, _ classes: Int, name: String = "mien_res", stem: Int = 32, widths: [Int] = [48, 96, 144]
) throws(ShapeError) -> Graph {
  let b = GraphBuilder(name, input: input)
  var x = try b.stem(stem)
  for (stage, width) in widths.enumerated() {
    x = try b.residualBlock(x, "layer\(stage + 1).0", width, stride: 2, excite: true)
    x = try b.residualBlock(x, "layer\(stage + 1).1", width, stride: 1, excite: true)
  }
  try b.cornersAndHeads(x, classes)
  return b.graph()
}

// MARK: - Masking

/// Basic residual blocks, each stage followed by a mask that a small hourglass draws from the stage's output.
func mienMask(
  _ input: Shape, _ classes: Int, name: String = "mien_mask", stem: Int = 32, widths: [Int] = [48, 96, 144],
  blocks: [Int] = [2, 2, 1]
) throws(ShapeError) -> Graph {
  let b = GraphBuilder(name, input: input)
  var x = try b.stem(stem)
  for (stage, width) in widths.enumerated() {
    for block in 0..<blocks[stage] {
      x = try b.residualBlock(x, "layer\(stage + 1).\(block)", width, stride: block == 0 ? 2 : 1, excite: false)
    }
    x = try b.mask(x, by: b.hourglass(x, "mask\(stage + 1)"))
  }
  try b.cornersAndHeads(x, classes)
  return b.graph()
}

// MARK: - Parts

extension GraphBuilder {
  /// 3x3 convolution, batch norm, ReLU: three entries of a `Sequential` called `features`.
  fileprivate func plainConvs(_ x: Value, _ widths: [Int], _ index: inout Int) throws(ShapeError) -> Value {
    var x = x
    for width in widths {
      x = try conv(x, "features.\(index)", width, 3, padding: 1)
      x = try relu(norm(x, "features.\(index + 1)"))
      index += 3
    }
    return x
  }

  fileprivate func stem(_ width: Int) throws(ShapeError) -> Value {
    try relu(norm(conv(input, "conv1", width, 3, padding: 1), "bn1"))
  }

  fileprivate func residualBlock(
    _ x: Value, _ path: String, _ width: Int, stride: Int, excite: Bool
  ) throws(ShapeError) -> Value {
    let stride = Extent(stride, stride)
    var y = try relu(norm(conv(x, "\(path).conv1", width, 3, stride: stride, padding: 1), "\(path).bn1"))
    y = try norm(conv(y, "\(path).conv2", width, 3, padding: 1), "\(path).bn2")
    if excite { y = try squeezeExcite(y, "\(path).se") }
    return try relu(add(Add(), "", y, shortcut(x, path, as: y, stride)))
  }

  /// Each channel weighed by a gate that its mean and those of the others decide.
  private func squeezeExcite(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let squeezed = try relu(linear(globalAverage(x), "\(path).fc1", x.shape.channels / 8))
    let gate = try add(Sigmoid(), "", linear(squeezed, "\(path).fc2", x.shape.channels))
    return try add(Multiply(), "", x, gate)
  }

  /// A mask between 0 and 1 for every element of `x`: narrowed, looked at in half the resolution, widened again.
  fileprivate func hourglass(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let narrow = x.shape.channels / 2
    let fine = try relu(norm(conv(x, "\(path).reduce", narrow, 1), "\(path).reduce_bn"))
    var y = try add(MaxPool2d(2), "", fine)
    y = try relu(norm(conv(y, "\(path).conv1", narrow, 3, padding: 1), "\(path).bn1"))
    y = try relu(norm(conv(y, "\(path).conv2", narrow, 3, padding: 1), "\(path).bn2"))
    y = try add(Upsample(to: Extent(x.shape.height, x.shape.width), alignCorners: false), "", y)
    y = try norm(conv(add(Add(), "", y, fine), "\(path).expand", x.shape.channels, 1), "\(path).expand_bn")
    return try add(Sigmoid(), "", y)
  }

  /// The map averaged to its four quarters, so that the heads know where things are, then the heads.
  fileprivate func cornersAndHeads(_ x: Value, _ classes: Int, dropout: Float = 0.3) throws(ShapeError) {
    try twoHeads(add(Flatten(), "", add(AdaptiveAvgPool2d(2), "", x)), classes, dropout: dropout)
  }

  fileprivate func twoHeads(_ features: Value, _ classes: Int, dropout: Float = 0.3) throws(ShapeError) {
    let x = try add(Dropout(dropout), "", features)
    head("classifier", try linear(x, "classifier", classes))
    head("votes", try linear(x, "votes", votesClasses))
  }
}
