import Networks

/// EfficientNet-B2 with TensorFlow's padding, named as pytorchcv's `efficientnet_b2b`, from which
/// phamquiluan/ResidualMaskingNetwork takes it.
let efficientNets = [
  Architecture(
    name: "efficientnet_b2b", family: "efficientnet", input: colour224, source: "Tan and Le, arXiv:1905.11946",
    naming: "pytorchcv"
  ) { input, classes throws(ShapeError) in try efficientNetB2(input, classes) }
]

/// Units of equal width in a stage.
private struct Group {
  var width: Int
  var depth: Int
  var kernel: Int
}

private func efficientNetB2(_ input: Shape, _ classes: Int) throws(ShapeError) -> Graph {
  let b = GraphBuilder("efficientnet_b2b", input: input)
  var x = try b.paddedUnit(b.input, "features.init_block.conv", 32, 3, stride: 2)
  x = try b.separableUnit(x, "features.stage1.unit1", 16)
  x = try b.separableUnit(x, "features.stage1.unit2", 16)
  for (index, groups) in stages.enumerated() { x = try b.stage(x, "features.stage\(index + 2)", groups) }
  x = try b.pointwise(x, "features.final_block", 1408, activate: true)
  x = try b.add(Dropout(0.3), "", b.globalAverage(x))
  b.head("classifier", try b.linear(x, "output.1", classes))
  return b.graph()
}

/// The stages after the first; each halves the image in its first unit.
private let stages = [
  [Group(width: 24, depth: 3, kernel: 3)],
  [Group(width: 48, depth: 3, kernel: 5)],
  [Group(width: 88, depth: 4, kernel: 3), Group(width: 120, depth: 4, kernel: 5)],
  [Group(width: 208, depth: 5, kernel: 5), Group(width: 352, depth: 2, kernel: 3)],
]

private let eps: Float = 1e-3

extension GraphBuilder {
  fileprivate func stage(_ x: Value, _ path: String, _ groups: [Group]) throws(ShapeError) -> Value {
    var x = x
    var unit = 1
    for group in groups {
      for _ in 0..<group.depth {
        x = try invertedUnit(x, "\(path).unit\(unit)", group, stride: unit == 1 ? 2 : 1)
        unit += 1
      }
    }
    return x
  }

  /// Depthwise, excited, then narrowed.
  fileprivate func separableUnit(_ x: Value, _ path: String, _ width: Int) throws(ShapeError) -> Value {
    let channels = x.shape.channels
    var y = try paddedUnit(x, "\(path).dw_conv", channels, 3, groups: channels)
    y = try squeezeExcite(y, "\(path).se", channels / 4)
    return try residual(x, pointwise(y, "\(path).pw_conv", width, activate: false))
  }

  /// Widened six times, depthwise, excited, then narrowed.
  private func invertedUnit(_ x: Value, _ path: String, _ group: Group, stride: Int) throws(ShapeError) -> Value {
    let wide = x.shape.channels * 6
    var y = try pointwise(x, "\(path).conv1", wide, activate: true)
    y = try paddedUnit(y, "\(path).conv2", wide, group.kernel, stride: stride, groups: wide)
    y = try squeezeExcite(y, "\(path).se", x.shape.channels / 4)
    return try residual(x, pointwise(y, "\(path).conv3", group.width, activate: false))
  }

  private func residual(_ x: Value, _ y: Value) throws(ShapeError) -> Value {
    x.shape == y.shape ? try add(Add(), "", y, x) : y
  }

  private func squeezeExcite(_ x: Value, _ path: String, _ narrow: Int) throws(ShapeError) -> Value {
    let squeezed = try conv(globalAverage(x), "\(path).conv1", narrow, 1, bias: true)
    let gate = try conv(add(SiLU(), "", squeezed), "\(path).conv2", x.shape.channels, 1, bias: true)
    return try add(Multiply(), "", x, add(Sigmoid(), "", gate))
  }

  fileprivate func pointwise(
    _ x: Value, _ path: String, _ out: Int, activate: Bool
  ) throws(ShapeError) -> Value {
    let y = try convNorm(x, path, out, 1, eps: eps)
    return activate ? try add(SiLU(), "", y) : y
  }

  /// Convolution under TensorFlow's "same" padding, batch norm, SiLU.
  fileprivate func paddedUnit(
    _ x: Value, _ path: String, _ out: Int, _ kernel: Int, stride: Int = 1, groups: Int = 1
  ) throws(ShapeError) -> Value {
    let (height, width) = (samePadding(x.shape.height, kernel, stride), samePadding(x.shape.width, kernel, stride))
    let even = height % 2 == 0 && width % 2 == 0
    let padded = even ? x : try add(lopsided(height, width), "", x)
    let y = try convNorm(
      padded, path, out, Extent(kernel, kernel), stride: Extent(stride, stride),
      padding: even ? Extent(height / 2, width / 2) : 0, groups: groups, eps: eps)
    return try add(SiLU(), "", y)
  }
}

/// Zeros that TensorFlow adds along an extent, both sides together.
private func samePadding(_ size: Int, _ kernel: Int, _ stride: Int) -> Int {
  let outputs = (size + stride - 1) / stride
  return max((outputs - 1) * stride + kernel - size, 0)
}

/// An odd zero goes below and to the right.
private func lopsided(_ height: Int, _ width: Int) -> ZeroPad2d {
  ZeroPad2d(top: height / 2, bottom: height - height / 2, left: width / 2, right: width - width / 2)
}
