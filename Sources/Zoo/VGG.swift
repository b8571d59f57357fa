import Networks

/// VGG-19 with batch norm, as torchvision's `vgg19_bn`.
let vggNets = [
  Architecture(
    name: "vgg19", aliases: ["vgg19_bn"], family: "vgg", input: colour224,
    source: "Simonyan and Zisserman, arXiv:1409.1556", naming: "torchvision"
  ) { input, classes throws(ShapeError) in try vgg19(input, classes) }
]

private func vgg19(_ input: Shape, _ classes: Int) throws(ShapeError) -> Graph {
  let b = GraphBuilder("vgg19", input: input)
  var x = b.input
  var index = 0
  for (width, depth) in [(64, 2), (128, 2), (256, 4), (512, 4), (512, 4)] {
    for _ in 0..<depth {
      x = try b.conv(x, "features.\(index)", width, 3, padding: 1, bias: true)
      x = try b.relu(b.norm(x, "features.\(index + 1)"))
      index += 3
    }
    x = try b.add(MaxPool2d(2), "", x)
    index += 1
  }
  x = try b.add(Flatten(), "", b.add(AdaptiveAvgPool2d(7), "", x))
  x = try b.add(Dropout(), "", b.relu(b.linear(x, "classifier.0", 4096)))
  x = try b.add(Dropout(), "", b.relu(b.linear(x, "classifier.3", 4096)))
  b.head("classifier", try b.linear(x, "classifier.6", classes))
  return b.graph()
}
