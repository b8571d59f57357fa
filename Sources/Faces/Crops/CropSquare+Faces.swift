import Core

extension CropSquare {
  /// Upright, about the middle of `box`.
  init(box: Box, scale: Double, drop: Double) {
    let length = (box.width * box.height).squareRoot()
    let side = max(length * scale, 1)
    let corner = Point(x: box.center.x - side / 2, y: box.center.y + drop * length - side / 2)
    self.init(corner: corner, across: Point(x: side, y: 0))
  }

  /// Where five points lie as in FER2013's images.
  init(landmarks: FacePoints) {
    let map = Similarity(from: FaceFraming.points, to: landmarks)
    self.init(corner: map.origin, across: Point(x: map.cosine, y: map.sine))
  }
}
