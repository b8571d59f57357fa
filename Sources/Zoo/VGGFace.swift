import Networks

/// ResNet-50 as converted from Caffe for VGGFace2, the way phamquiluan/ResidualMaskingNetwork names it: strides sit in the
/// first 1x1 convolutions, the pooling rounds up, the classifier is a 1x1 convolution. The last pooling, 7x7 there, is global
/// here: the same at 224 x 224.
let vggFaceNets = [
  Architecture(
    name: "resnet50_pretrained_vgg", family: "vggface", input: colour224, source: "Cao et al., arXiv:1710.08092",
    naming: "phamquiluan/ResidualMaskingNetwork"
  ) { input, classes throws(ShapeError) in try vggFace(input, classes) }
]

private func vggFace(_ input: Shape, _ classes: Int) throws(ShapeError) -> Graph {
  let b = GraphBuilder("resnet50_pretrained_vgg", input: input)
  var x = try b.unit(b.input, "conv1_7x7_s2", 64, 7, stride: 2, padding: 3)
  x = try b.add(MaxPool2d(3, stride: 2, ceilMode: true), "", b.relu(x))
  for (stage, depth) in [3, 4, 6, 3].enumerated() {
    for index in 0..<depth {
      let stride = stage > 0 && index == 0 ? 2 : 1
      x = try b.bottleneckUnit(x, "conv\(stage + 2)_\(index + 1)", 64 << stage, Extent(stride, stride))
    }
  }
  b.head("classifier", try b.conv(b.globalAverage(x), "classifier", classes, 1, bias: true))
  return b.graph()
}

extension GraphBuilder {
  /// A convolution and its batch norm, which is called `…_bn`.
  fileprivate func unit(
    _ x: Value, _ path: String, _ out: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent = 0
  ) throws(ShapeError) -> Value {
    try norm(conv(x, path, out, kernel, stride: stride, padding: padding), "\(path)_bn")
  }

  fileprivate func bottleneckUnit(
    _ x: Value, _ path: String, _ width: Int, _ stride: Extent
  ) throws(ShapeError) -> Value {
    var y = try relu(unit(x, "\(path)_1x1_reduce", width, 1, stride: stride))
    y = try relu(unit(y, "\(path)_3x3", width, 3, padding: 1))
    y = try unit(y, "\(path)_1x1_increase", width * 4, 1)
    let shortcut = x.shape == y.shape ? x : try unit(x, "\(path)_1x1_proj", width * 4, 1, stride: stride)
    return try relu(add(Add(), "", shortcut, y))
  }
}
