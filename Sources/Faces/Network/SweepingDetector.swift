import Core

/// Finds small faces in large images of a recording: it looks at each image coarsely, and finely at a part of it in turn and around the
/// small faces that it knows. The first image is looked at finely as a whole.
///
/// Which part is looked at depends on the images alone, so that a recording gives the same faces however fast the machine is.
public final class SweepingDetector: Detector {
  /// A small face that was seen.
  private struct Known {
    var box: Box
    /// Images since.
    var misses = 0
  }

  private let coarse: NetworkDetector
  private let fine: NetworkDetector
  private var size = (width: 0, height: 0)
  private var turn = 0
  private var known: [Known] = []

  /// Side of a part in turn, of the surroundings of a face, in the network's pixels.
  private static let (side, window) = (704.0, 192.0)
  /// The coarse look must see so much less than the fine one for that to be worth its time.
  private static let worth = 1.3
  /// Faces below this, in the pixels of the coarse look, are looked at finely in every image.
  private static let sure = 40.0
  /// Images for which a face that is not seen is looked for where it was, and surroundings of faces an image.
  private static let (patience, most) = (8, 24)

  /// Looks for faces of `options.smallestFace` by turns, and in each image for those that `options.pixels` leave.
  public init(_ network: DetectorFile, options: NetworkDetector.Options, threads: Int = 1) {
    let network = DetectionNetwork(network, threads: threads)
    fine = NetworkDetector(network, options: options)
    var options = options
    options.smallestFace = .infinity
    coarse = NetworkDetector(network, options: options)
  }

  public func detect(in image: LumaPlane) -> [Detection] {
    let (coarseScale, fineScale) = (coarse.options.scale(of: image), fine.options.scale(of: image))
    guard fineScale > coarseScale * Self.worth else { return coarse.detect(in: image) }
    if size != (image.width, image.height) { begin(image) }
    let looks = coarse.look(at: image, coarseScale) + lookFinely(at: image, fineScale)
    let found = coarse.judged(looks, in: image)
    remember(found, below: Self.sure / coarseScale)
    return coarse.uprightOrTurned(found, in: image)
  }

  public func leastSide(width: Int, height: Int) -> Double? { coarse.leastSide(width: width, height: height) }

  private func begin(_ image: LumaPlane) { (size, turn, known) = ((image.width, image.height), 0, []) }

  /// The part whose turn it is, or all at first, and the surroundings of known faces.
  private func lookFinely(at image: LumaPlane, _ scale: Double) -> [Detection] {
    defer { turn += 1 }
    let tiles = NetworkDetector.tiles(of: image, scale, side: Self.side)
    let parts = turn == 0 ? tiles : [tiles[turn % tiles.count]] + windows(in: image, scale)
    return parts.flatMap { fine.look(at: $0, of: image, scale) }
  }

  /// Surroundings of known faces; faces near each other share them, and where there are too many, they take turns.
  private func windows(in image: LumaPlane, _ scale: Double) -> [ImageTiles.Tile] {
    let side = Self.window / scale
    var middles: [Point] = []
    for face in known.map(\.box.center) where !middles.contains(where: { isNear($0, face, side / 4) }) {
      middles.append(face)
    }
    let first = middles.count > Self.most ? turn * Self.most % middles.count : 0
    let chosen = (middles[first...] + middles[..<first]).prefix(Self.most)
    return chosen.map { Self.window(about: $0, Int(side), in: image) }
  }

  private func isNear(_ a: Point, _ b: Point, _ distance: Double) -> Bool {
    abs(a.x - b.x) < distance && abs(a.y - b.y) < distance
  }

  private static func window(about middle: Point, _ side: Int, in image: LumaPlane) -> ImageTiles.Tile {
    func span(_ middle: Double, _ length: Int) -> ImageTiles.Span {
      let part = min(side, length)
      let start = min(max(Int(middle) - part / 2, 0), length - part)
      // Faces near the edge of a window are cut.
      let margin = Double(part) / 8
      let from = start == 0 ? -.infinity : Double(start) + margin
      let to = start + part == length ? .infinity : Double(start + part) - margin
      return ImageTiles.Span(start: start, length: part, own: from...to)
    }
    return ImageTiles.Tile(x: span(middle.x, image.width), y: span(middle.y, image.height))
  }

  private func remember(_ found: [Detection], below side: Double) {
    let small = found.map(\.box).filter { $0.area.squareRoot() < side }
    let missed = known.filter { face in !small.contains { isNear($0.center, face.box.center, face.box.width / 2) } }
    known =
      small.map { Known(box: $0) }
      + missed.filter { $0.misses < Self.patience }.map { Known(box: $0.box, misses: $0.misses + 1) }
  }
}
