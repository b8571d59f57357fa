import Core
import Faces

/// A face in an image that a detector learns from.
struct MarkedFace: Hashable, Sendable {
  /// From forehead to chin.
  var box: Box
  /// Nil where they are not known.
  var landmarks: FacePoints?
  /// Whether it is one for certain: others are neither learned as faces nor as background.
  var isCertain = true

  /// Root of the box's area.
  var side: Double { box.area.squareRoot() }
}

/// A grey image and its halves, quarters, …, as far as they have 16 pixels a side: what changes of scale read from.
struct ImagePyramid: Sendable {
  let levels: [GreyImage]

  init(_ image: GreyImage) {
    var levels = [image]
    while min(levels.last!.width, levels.last!.height) >= 32 { levels.append(levels.last!.halved) }
    self.levels = levels
  }

  var width: Int { levels[0].width }
  var height: Int { levels[0].height }
}

/// An image with its faces.
struct AnnotatedImage: Sendable {
  let name: String
  let image: ImagePyramid
  /// What is learned.
  let faces: [MarkedFace]
  /// What people marked: what validation counts.
  let truth: [Box]
}
