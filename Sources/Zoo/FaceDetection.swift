import Networks

/// How wide a face detection network is.
public struct DetectionWidths: Hashable, Sendable {
  /// Channels at strides 4, 8 and 16.
  public var channels: [Int]
  /// Residual blocks at strides 8 and 16.
  public var blocks: [Int]

  /// The given channels and blocks.
  public init(channels: [Int] = [16, 32, 48], blocks: [Int] = [1, 1]) {
    precondition(channels.count == 3 && blocks.count == 2)
    self.channels = channels
    self.blocks = blocks
  }
}

/// Mien's face detection network: single shot, without anchors, on a grey image (after Redmon et al., CVPR 2016; Tian et al., FCOS,
/// ICCV 2019; Lin et al., feature pyramids, CVPR 2017).
///
/// Its input is `image` (one channel, sides multiples of 16) with each 2 x 2 pixels as the four channels of one, in PyTorch's order
/// (`pixel_unshuffle`): half as many rows of longer runs of memory cost half as much as a convolution of the pixels.
///
/// Heads `level8` and `level16` give 15 numbers for each cell of 8 x 8 and 16 x 16 pixels: the logit of a face, its box (middle across
/// and down, logarithms of width and height) and five points (across, down); `DetectionLevel` says in which units.
public func faceDetectionNetwork(
  image: Shape, widths: DetectionWidths = DetectionWidths(), outputs: Int = 15
) throws(ShapeError) -> Graph {
  let input = Shape(height: image.height / 2, width: image.width / 2, channels: 4 * image.channels)
  let b = GraphBuilder("face_detection", input: input)
  let channels = widths.channels
  var x = try b.convNormReLU(b.input, "stem", channels[0], 3, stride: 2, padding: 1)
  x = try b.convNormReLU(x, "down8", channels[1], 3, stride: 2, padding: 1)
  let fine = try b.blocks(x, "stage8", widths.blocks[0])
  x = try b.convNormReLU(fine, "down16", channels[2], 3, stride: 2, padding: 1)
  let coarse = try b.blocks(x, "stage16", widths.blocks[1])
  try b.detectionHead("level8", b.joined(fine, coarse), outputs)
  try b.detectionHead("level16", coarse, outputs)
  return b.graph()
}

extension GraphBuilder {
  /// `count` residual blocks of two 3x3 convolutions that keep width and size (He et al., CVPR 2016).
  fileprivate func blocks(_ x: Value, _ path: String, _ count: Int) throws(ShapeError) -> Value {
    var x = x
    for index in 0..<count {
      let y = try convNormReLU(x, "\(path).\(index).0", x.shape.channels, 3, padding: 1)
      x = try relu(add(Add(), "", convNorm(y, "\(path).\(index).1", x.shape.channels, 3, padding: 1), x))
    }
    return x
  }

  /// The fine map with what the coarse one knows of its surroundings.
  fileprivate func joined(_ fine: Value, _ coarse: Value) throws(ShapeError) -> Value {
    let lateral = try convNorm(coarse, "lateral", fine.shape.channels, 1)
    let size = Extent(fine.shape.height, fine.shape.width)
    return try relu(add(Add(), "", fine, add(Upsample(to: size, alignCorners: false), "", lateral)))
  }

  fileprivate func detectionHead(_ name: String, _ x: Value, _ outputs: Int) throws(ShapeError) {
    let y = try convNormReLU(x, "\(name).0", x.shape.channels, 3, padding: 1)
    head(name, try conv(y, "\(name).1", outputs, 1, bias: true))
  }
}
