import Core

/// Draws what was found on a frame: outline, track, expression and bars of all probabilities where there is room.
///
/// Gives patches that hold no more than what is drawn. Keeps rendered text and the plates' places from frame to frame, so it
/// wants frames in order and one thread.
public final class OverlayRenderer {
  /// What is drawn, but for the size of letters, which is fixed.
  public var options: OverlayOptions
  let metrics: OverlayMetrics
  let masks: TextMasks
  let labels: LabelSet
  let pixelAspect: Double
  private let frame: Box
  private let size: (width: Int, height: Int)
  private var favourites: [Int: Favourites] = [:]
  /// The background with its colour.
  private var ground: (color: RGB, patch: Patch)?

  struct Favourites {
    var label: Int?
    var panel: Int?
  }

  /// For frames of `width` x `height` pixels, `pixelAspect` times as wide as high each, and results over `labels`.
  /// - Throws: `DisplayError.noFont`.
  public init(
    width: Int, height: Int, pixelAspect: Double = 1, labels: LabelSet, options: OverlayOptions = OverlayOptions()
  ) throws(DisplayError) {
    let shaper = TextShaper()
    guard shaper.hasFonts else { throw .noFont }
    frame = Box(x: 0, y: 0, width: Double(width) * pixelAspect, height: Double(height))
    self.options = options
    metrics = OverlayMetrics(shortSide: min(frame.width, frame.height), textSize: options.textSize)
    masks = TextMasks(shaper: shaper, pixelAspect: pixelAspect)
    self.labels = labels
    size = (width, height)
    self.pixelAspect = pixelAspect
  }

  /// Blends what `result` says over `frame`.
  public func draw(_ result: FrameResult, on frame: any Frame) {
    if let color = options.background { frame.blend(background(color)) }
    if options.isLabelled { for patch in render(result) { frame.blend(patch) } }
  }

  private func background(_ color: RGB) -> Patch {
    if let ground, ground.color == color { return ground.patch }
    let new = patch(frame) { $0.fill(frame, color) }
    ground = (color, new)
    return new
  }

  /// The patches to blend, in this order: outlines first, then plates.
  public func render(_ result: FrameResult) -> [Patch] {
    let faces = result.faces.sorted { $0.box.area > $1.box.area }
    let boxes = faces.map { squared($0.box) }
    let outlines = zip(faces, boxes).flatMap { outline($1, of: $0) }
    return outlines + plates(faces, boxes)
  }

  private func plates(_ faces: [FaceResult], _ boxes: [Box]) -> [Patch] {
    var placer = LabelPlacer(frame: frame, faces: boxes)
    var next: [Int: Favourites] = [:]
    var patches: [Patch] = []
    for (index, face) in faces.enumerated() {
      guard let (label, place) = placed(index, face, &placer) else { continue }
      next[face.track] = Favourites(label: place.choice)
      patches.append(patch(place.box) { label.draw(in: place.box, $0) })
    }
    for (index, face) in faces.enumerated() where next[face.track] != nil && hasBars(index) {
      let panel = ProbabilityPanel(face, self)
      guard panel.height <= boxes[index].height * 1.3 else { continue }
      guard let place = placer.panel(index, panel, gap: metrics.outline * 2, favourites[face.track]?.panel) else {
        continue
      }
      next[face.track]?.panel = place.choice
      patches.append(patch(place.box) { panel.draw(in: place.box, $0) })
    }
    favourites = next
    return patches
  }

  /// The longest label that covers nobody else and is not much wider than the face.
  private func placed(_ index: Int, _ face: FaceResult, _ placer: inout LabelPlacer) -> (Label, LabelPlacer.Place)? {
    for length in Label.Length.allCases {
      let label = Label(face, self, length)
      let isFitting = length == .number || label.width <= placer.faces[index].width * OverlayMetrics.widestLabel
      if isFitting, let place = placer.label(index, label, gap: metrics.outline, favourites[face.track]?.label) {
        return (label, place)
      }
    }
    return nil
  }

  /// Faces come with the largest first.
  private func hasBars(_ index: Int) -> Bool {
    switch options.bars {
    case .all: true
    case .largest: index == 0
    case .none: false
    }
  }

  /// Whether a sentence fits on one line.
  var isWide: Bool { frame.width > metrics.labelSize * 24 }

  /// From stored pixels to square ones.
  private func squared(_ box: Box) -> Box {
    Box(x: box.x * pixelAspect, y: box.y, width: box.width * pixelAspect, height: box.height)
  }

  /// A patch that holds `box`, cut to the frame.
  func patch(_ box: Box, _ draw: (Canvas) -> Void) -> Patch {
    let columns = pixels(box.x / pixelAspect, (box.x + box.width) / pixelAspect, within: size.width)
    let rows = pixels(box.y, box.y + box.height, within: size.height)
    let rect = PixelRect(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    return .drawn(rect, pixelAspect: pixelAspect, draw)
  }

  /// The pixels that a stretch touches; a thousandth of a pixel is rounding.
  private func pixels(_ start: Double, _ end: Double, within count: Int) -> Range<Int> {
    let first = min(max(Int((start + 1e-3).rounded(.down)), 0), count)
    let last = min(max(Int((end - 1e-3).rounded(.up)), 0), count)
    return first..<max(first, last)
  }
}

extension LabelPlacer {
  fileprivate mutating func label(_ index: Int, _ label: Label, gap: Double, _ favourite: Int?) -> Place? {
    self.label(index, width: label.width, height: label.height, gap: gap, favourite: favourite)
  }

  fileprivate mutating func panel(_ index: Int, _ panel: ProbabilityPanel, gap: Double, _ favourite: Int?) -> Place? {
    self.panel(index, width: panel.width, height: panel.height, gap: gap, favourite: favourite)
  }
}
