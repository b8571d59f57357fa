import Networks

/// ResNet-50 with attention: CBAM inside every block, BAM before every stage that halves the image. Names are those of
/// pytorchcv, from which phamquiluan/ResidualMaskingNetwork takes both. The last pooling, 7x7 there, is global here:
/// the same at 224 x 224.
let attentionNets = [
  attentionResNet("cbam_resnet50", "Woo et al., arXiv:1807.06521") { b, x, path, width, stride throws(ShapeError) in
    try b.residualUnit(x, path, width, stride) { y throws(ShapeError) in try b.cbam(y, "\(path).cbam") }
  },
  attentionResNet("bam_resnet50", "Park et al., arXiv:1807.06514") { b, x, path, width, stride throws(ShapeError) in
    let x = stride == 1 ? x : try b.bam(x, "\(path).bam")
    return try b.residualUnit(x, "\(path).res_unit", width, stride) { y in y }
  },
]

private func attentionResNet(
  _ name: String, _ source: String,
  _ unit: @escaping @Sendable (GraphBuilder, Value, String, Int, Extent) throws(ShapeError) -> Value
) -> Architecture {
  Architecture(name: name, family: "attention", input: colour224, source: source, naming: "pytorchcv") {
    input, classes throws(ShapeError) in
    let b = GraphBuilder(name, input: input)
    var x = try b.convNormReLU(b.input, "features.init_block.conv", 64, 7, stride: 2, padding: 3)
    x = try b.add(MaxPool2d(3, stride: 2, padding: 1), "", x)
    for (stage, depth) in [3, 4, 6, 3].enumerated() {
      for index in 1...depth {
        x = try unit(b, x, "features.stage\(stage + 1).unit\(index)", 64 << stage, stage > 0 && index == 1 ? 2 : 1)
      }
    }
    b.head("classifier", try b.linear(b.globalAverage(x), "output", classes))
    return b.graph()
  }
}

extension GraphBuilder {
  /// A bottleneck block; `attend` changes its body before the shortcut is added.
  fileprivate func residualUnit(
    _ x: Value, _ path: String, _ width: Int, _ stride: Extent, attend: (Value) throws(ShapeError) -> Value
  ) throws(ShapeError) -> Value {
    var y = try convNormReLU(x, "\(path).body.conv1", width, 1)
    y = try convNormReLU(y, "\(path).body.conv2", width, 3, stride: stride, padding: 1)
    y = try attend(convNorm(y, "\(path).body.conv3", width * 4, 1))
    let identity =
      x.shape == y.shape ? x : try convNorm(x, "\(path).identity_conv", width * 4, 1, stride: stride)
    return try relu(add(Add(), "", y, identity))
  }

  // MARK: CBAM

  fileprivate func cbam(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let x = try add(Multiply(), "", x, channelGate(x, "\(path).ch_gate.mlp"))
    return try add(Multiply(), "", x, spatialGate(x, "\(path).sp_gate.conv"))
  }

  private func channelGate(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let average = try perceptron(add(AdaptiveAvgPool2d(1), "", x), path)
    let maximum = try perceptron(add(AdaptiveMaxPool2d(1), "", x), path)
    return try add(Sigmoid(), "", add(Add(), "", average, maximum))
  }

  private func perceptron(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let channels = x.shape.channels
    return try linear(relu(linear(x, "\(path).fc1", channels / 16)), "\(path).fc2", channels)
  }

  private func spatialGate(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let both = try concat([add(ChannelMax(), "", x), add(ChannelMean(), "", x)])
    return try add(Sigmoid(), "", convNorm(both, path, 1, 7, padding: 3))
  }

  // MARK: BAM

  fileprivate func bam(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let both = try add(Multiply(), "", channelMap(x, "\(path).ch_att"), spatialMap(x, "\(path).sp_att"))
    return try mask(x, by: add(Sigmoid(), "", both))
  }

  private func channelMap(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let channels = x.shape.channels
    let squeezed = try linear(globalAverage(x), "\(path).init_fc.fc", channels / 16)
    return try linear(relu(norm(squeezed, "\(path).init_fc.bn")), "\(path).final_fc", channels)
  }

  private func spatialMap(_ x: Value, _ path: String) throws(ShapeError) -> Value {
    let narrow = x.shape.channels / 16
    var y = try convNormReLU(x, "\(path).init_conv", narrow, 1, bias: true)
    for index in 1...2 {
      let name = "\(path).dil_convs.conv\(index)"
      y = try convNormReLU(y, name, narrow, 3, padding: 4, dilation: 4, bias: true)
    }
    return try conv(y, "\(path).final_conv", 1, 1, bias: true)
  }
}
