import Networks

/// ResNet-34 with a masking block after each stage, as in phamquiluan/ResidualMaskingNetwork. The mask is drawn by an
/// hourglass of residual blocks (4, 3, 2 and 1 levels deep) that widens the channels as it narrows the image.
let resMaskings = [
  resMasking("resmasking") { b, x, classes throws(ShapeError) in try b.linear(x, "fc", classes) },
  resMasking("resmasking_dropout1") { b, x, classes throws(ShapeError) in
    try b.linear(b.add(Dropout(0.4), "", x), "fc.1", classes)
  },
]

private func resMasking(
  _ name: String, head: @escaping @Sendable (GraphBuilder, Value, Int) throws(ShapeError) -> Value
) -> Architecture {
  Architecture(
    name: name, family: "resmasking", input: colour224, source: "Pham et al., doi:10.1109/ICPR48806.2021.9411919",
    naming: "phamquiluan/ResidualMaskingNetwork"
  ) { input, classes throws(ShapeError) in
    let b = GraphBuilder(name, input: input)
    var x = try b.resNetStem()
    for (stage, depth) in [3, 4, 6, 3].enumerated() {
      x = try b.resNetStage(x, .basic, stage, depth)
      x = try b.mask(x, by: b.masking(x, "mask\(stage + 1)", levels: 4 - stage))
    }
    b.head("classifier", try head(b, b.globalAverage(x), classes))
    return b.graph()
  }
}

extension GraphBuilder {
  /// The mask of `x`: `levels` blocks down, as many up again with skips between, softmax over the channels.
  fileprivate func masking(_ x: Value, _ path: String, levels: Int) throws(ShapeError) -> Value {
    let width = x.shape.channels
    var skips: [Value] = []
    var y = x
    for level in 1...levels {
      if level > 1 { y = try add(MaxPool2d(2), "", y) }
      y = try maskBlock(y, path, level, width << level)
      skips.append(y)
    }
    for level in levels + 1..<2 * levels {
      let narrower = width << (2 * levels - level)
      y = try add(Concat(), "", raise(y, "\(path).up_pool\(level)", narrower), skips[2 * levels - level - 1])
      y = try maskBlock(y, path, level, narrower)
    }
    return try add(Softmax(), "", maskBlock(y, path, 2 * levels, width))
  }

  /// A residual block called `convN`, whose projection PyTorch's files list a second time as `downsampleN`.
  private func maskBlock(_ x: Value, _ path: String, _ index: Int, _ width: Int) throws(ShapeError) -> Value {
    synonym("\(path).downsample\(index)", of: "\(path).conv\(index).downsample")
    return try basicBlock(x, "\(path).conv\(index)", width)
  }

  /// Twice the image, `width` channels.
  private func raise(_ x: Value, _ path: String, _ width: Int) throws(ShapeError) -> Value {
    let y = try add(ConvTranspose2d(x, out: width, kernel: 2, stride: 2), "\(path).0", x)
    return try relu(norm(y, "\(path).1"))
  }
}
