import Networks

/// AlexNet as torchvision has it (one tower, no local response normalisation).
let alexNets = [
  Architecture(
    name: "alexnet", family: "alexnet", input: colour224, source: "Krizhevsky, arXiv:1404.5997", naming: "torchvision"
  ) { input, classes throws(ShapeError) in try alexNet(input, classes) }
]

private func alexNet(_ input: Shape, _ classes: Int) throws(ShapeError) -> Graph {
  let b = GraphBuilder("alexnet", input: input)
  var x = try b.relu(b.conv(b.input, "features.0", 64, 11, stride: 4, padding: 2, bias: true))
  x = try b.add(MaxPool2d(3, stride: 2), "", x)
  x = try b.relu(b.conv(x, "features.3", 192, 5, padding: 2, bias: true))
  x = try b.add(MaxPool2d(3, stride: 2), "", x)
  x = try b.relu(b.conv(x, "features.6", 384, 3, padding: 1, bias: true))
  x = try b.relu(b.conv(x, "features.8", 256, 3, padding: 1, bias: true))
  x = try b.relu(b.conv(x, "features.10", 256, 3, padding: 1, bias: true))
  x = try b.add(MaxPool2d(3, stride: 2), "", x)
  x = try b.add(Flatten(), "", b.add(AdaptiveAvgPool2d(6), "", x))
  x = try b.relu(b.linear(b.add(Dropout(), "", x), "classifier.1", 4096))
  x = try b.relu(b.linear(b.add(Dropout(), "", x), "classifier.4", 4096))
  b.head("classifier", try b.linear(x, "classifier.6", classes))
  return b.graph()
}
