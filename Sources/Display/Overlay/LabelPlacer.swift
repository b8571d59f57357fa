import Core

/// Finds places for plates so that they stay inside the frame, never cover one another and, where possible, no face.
/// All in square pixels.
struct LabelPlacer {
  /// A place that was found.
  struct Place {
    var box: Box
    /// Number of the candidate; given back as `favourite` for the next frame, so that plates do not jump about.
    var choice: Int
  }

  private let frame: Box
  private let faces: [Box]
  private(set) var taken: [Box] = []

  init(frame: Box, faces: [Box]) {
    self.frame = frame
    self.faces = faces
  }

  /// A place for the label of face `index`, or nil where the frame is full.
  mutating func label(_ index: Int, width: Double, height: Double, gap: Double, favourite: Int?) -> Place? {
    let face = faces[index]
    let corners = [
      Point(x: face.x - gap, y: face.y - gap - height), Point(x: face.x - gap, y: face.y + face.height + gap),
      Point(x: face.x + face.width + gap - width, y: face.y - gap - height),
      Point(x: face.x + face.width + gap - width, y: face.y + face.height + gap),
      Point(x: face.x + face.width + gap, y: face.y), Point(x: face.x - gap - width, y: face.y),
      Point(x: face.x, y: face.y), Point(x: face.x, y: face.y + face.height - height),
    ]
    return take(corners, width, height, own: index, favourite: favourite, most: .infinity)
  }

  /// A place for the panel of face `index` below or beside it, or nil where there is no room.
  mutating func panel(_ index: Int, width: Double, height: Double, gap: Double, favourite: Int?) -> Place? {
    let face = faces[index]
    let (left, right) = (face.x - gap - width, face.x + face.width + gap)
    let (top, bottom) = (face.y - gap, face.y + face.height + gap - height)
    let corners = [
      Point(x: face.x - gap, y: face.y + face.height + gap),
      Point(x: right, y: top), Point(x: left, y: top), Point(x: right, y: bottom), Point(x: left, y: bottom),
      Point(x: face.x - gap, y: face.y - gap - height),
    ]
    return take(corners, width, height, own: index, favourite: favourite, most: 0.12)
  }

  /// Takes the cheapest corner whose cost stays under `most` shares of a face covered.
  private mutating func take(
    _ corners: [Point], _ width: Double, _ height: Double, own: Int, favourite: Int?, most: Double
  ) -> Place? {
    guard width <= frame.width, height <= frame.height else { return nil }
    var best: (place: Place, cost: Double)?
    for (choice, corner) in corners.enumerated() {
      let box = inside(Box(x: corner.x, y: corner.y, width: width, height: height))
      guard isFree(box) else { continue }
      let covered = coverage(of: box, own: own)
      guard covered <= most else { continue }
      let cost = covered + Double(choice) * 0.001 - (choice == favourite ? 0.05 : 0)
      if cost < best?.cost ?? .infinity { best = (Place(box: box, choice: choice), cost) }
    }
    if let best { taken.append(best.place.box) }
    return best?.place
  }

  private func inside(_ box: Box) -> Box {
    var box = box
    box.x = max(frame.x, min(box.x, frame.x + frame.width - box.width)).rounded(.down)
    box.y = max(frame.y, min(box.y, frame.y + frame.height - box.height)).rounded(.down)
    return box
  }

  private func isFree(_ box: Box) -> Bool { taken.allSatisfy { $0.common(box) == 0 } }

  /// Share of faces covered; other people's faces weigh more.
  private func coverage(of box: Box, own: Int) -> Double {
    faces.enumerated().reduce(0) { sum, face in
      sum + face.element.common(box) / max(face.element.area, 1) * (face.offset == own ? 1 : 4)
    }
  }
}

extension Box {
  /// Area that both cover.
  func common(_ other: Box) -> Double {
    let w = min(x + width, other.x + other.width) - max(x, other.x)
    let h = min(y + height, other.y + other.height) - max(y, other.y)
    return w > 0 && h > 0 ? w * h : 0
  }
}
