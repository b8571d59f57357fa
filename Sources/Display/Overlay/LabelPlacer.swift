import Core

/// Finds places for plates so that they stay inside the frame and never cover one another or somebody else's face; bars
/// cover no face at all.
/// All in square pixels.
struct LabelPlacer {
  /// A place that was found.
  struct Place {
    var box: Box
    /// Number of the candidate; given back as `favourite` for the next frame, so that plates do not jump about.
    var choice: Int
  }

  private let frame: Box
  let faces: [Box]
  private(set) var taken: [Box] = []

  init(frame: Box, faces: [Box]) {
    self.frame = frame
    self.faces = faces
  }

  /// A place for the label of face `index`, or nil where there is none that covers nobody else.
  mutating func label(_ index: Int, width: Double, height: Double, gap: Double, favourite: Int?) -> Place? {
    let face = faces[index]
    let corners = [
      Point(x: face.x - gap, y: face.y - gap - height), Point(x: face.x - gap, y: face.y + face.height + gap),
      Point(x: face.x + face.width + gap - width, y: face.y - gap - height),
      Point(x: face.x + face.width + gap - width, y: face.y + face.height + gap),
      Point(x: face.x + face.width + gap, y: face.y), Point(x: face.x - gap - width, y: face.y),
      Point(x: face.x, y: face.y), Point(x: face.x, y: face.y + face.height - height),
    ]
    return take(corners, width, height, own: index, favourite: favourite, mayCoverOwn: true)
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
    return take(corners, width, height, own: index, favourite: favourite, mayCoverOwn: false)
  }

  /// Takes the cheapest corner.
  private mutating func take(
    _ corners: [Point], _ width: Double, _ height: Double, own: Int, favourite: Int?, mayCoverOwn: Bool
  ) -> Place? {
    guard width <= frame.width, height <= frame.height else { return nil }
    var best: (place: Place, cost: Double)?
    for (choice, corner) in corners.enumerated() {
      let box = inside(Box(x: corner.x, y: corner.y, width: width, height: height))
      guard isFree(box), !coversOthers(box, than: own) else { continue }
      let covered = faces[own].common(box) / max(faces[own].area, 1)
      guard mayCoverOwn || covered == 0 else { continue }
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

  private func coversOthers(_ box: Box, than own: Int) -> Bool {
    faces.enumerated().contains { $0.offset != own && $0.element.common(box) > 0 }
  }
}

extension Box {
  /// Area that both cover.
  package func common(_ other: Box) -> Double {
    let w = min(x + width, other.x + other.width) - max(x, other.x)
    let h = min(y + height, other.y + other.height) - max(y, other.y)
    return w > 0 && h > 0 ? w * h : 0
  }
}
