import Core

/// An image turned by a quarter, or upside down.
enum ImageTurn: CaseIterable {
  case clockwise
  case counterclockwise
  case half

  /// Width and height change places.
  var isSideways: Bool { self != .half }

  /// Where a pixel of an image of `width` x `height` comes from, given its place in the turned one.
  func source(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
    switch self {
    case .clockwise: (y, height - 1 - x)
    case .counterclockwise: (width - 1 - y, x)
    case .half: (width - 1 - x, height - 1 - y)
    }
  }

  /// What was found in the turned image, in the image itself, which has `width` x `height` pixels.
  func undone(_ detection: Detection, width: Double, height: Double) -> Detection {
    let box = detection.box
    let a = undone(Point(x: box.x, y: box.y), width, height)
    let b = undone(Point(x: box.x + box.width, y: box.y + box.height), width, height)
    return Detection(
      box: Box(x: min(a.x, b.x), y: min(a.y, b.y), width: abs(a.x - b.x), height: abs(a.y - b.y)),
      score: detection.score, landmarks: detection.landmarks?.moved { undone($0, width, height) })
  }

  private func undone(_ point: Point, _ width: Double, _ height: Double) -> Point {
    switch self {
    case .clockwise: Point(x: point.y, y: height - point.x)
    case .counterclockwise: Point(x: width - point.y, y: point.x)
    case .half: Point(x: width - point.x, y: height - point.y)
    }
  }
}
