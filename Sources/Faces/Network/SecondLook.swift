import Core

/// A second look at faces of which a network is not sure: at their mirror image, in the size that it knows best. Errors of one look are
/// rarely those of another, so the mean of both tells faces from other things better than either (figures in `docs/faces.md`).
public struct SecondLook: Hashable, Sendable {
  /// Scores that are not believed yet.
  public var scores = 0.3...0.9
  /// Faces of an image that are looked at again at most, the best first.
  public var most = 40
  /// Side of the face in it, in the network's pixels.
  public var side = 90.0
  /// Sides of what is looked at, in the network's pixels.
  public var room = 192
  /// Distance of the two middles, in sides of the face, from which on they are not of the same face.
  public var distance = 0.4
  /// Sides by that of the first look between which they are.
  public var sides = 0.55...1.8
  /// The score of a look that sees no face there.
  public var least = 0.01

  /// The defaults, chosen on the validation images and on images without faces.
  public init() {}
}

/// Carries out second looks. Keeps its memory.
final class SecondLooker {
  private let look: SecondLook
  private let network: DetectionNetwork
  private let scaler = LumaScaler()

  init(_ look: SecondLook, _ network: DetectionNetwork) { (self.look, self.network) = (look, network) }

  /// `faces`, best first, of `image`, with scores that both looks agree upon, best first again.
  func judged(_ faces: [Detection], in image: LumaPlane) -> [Detection] {
    var judged = faces
    for place in faces.indices.filter({ look.scores.contains(faces[$0].score) }).prefix(look.most) {
      judged[place].score = network.file.mean(faces[place].score, score(of: faces[place].box, in: image))
    }
    return judged.sorted { $0.score > $1.score }
  }

  /// The second look's score of the face at `box`.
  private func score(of box: Box, in image: LumaPlane) -> Double {
    let scale = look.side / box.area.squareRoot()
    let reach = Double(look.room) / 2 / scale
    let columns = Self.part(box.center.x, reach, of: image.width)
    let rows = Self.part(box.center.y, reach, of: image.height)
    let width = min(max(Int(Double(columns.count) * scale), 1), look.room)
    let height = min(max(Int(Double(rows.count) * scale), 1), look.room)
    scaler.begin(
      image.part(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count),
      width: width, height: height)
    scaler.mirror()
    let middle = Point(
      x: Double(width) - (box.center.x - Double(columns.lowerBound)) * Double(width) / Double(columns.count),
      y: (box.center.y - Double(rows.lowerBound)) * Double(height) / Double(rows.count))
    let seen = network.look(at: scaler, from: look.least, room: (look.room, look.room))
    return seen.filter { isSame($0.box, middle) }.map(\.score).max() ?? look.least
  }

  private func isSame(_ box: Box, _ middle: Point) -> Bool {
    let (x, y) = (box.center.x - middle.x, box.center.y - middle.y)
    let away = (x * x + y * y).squareRoot()
    return away <= look.distance * look.side && look.sides.contains(box.area.squareRoot() / look.side)
  }

  /// The pixels of a side within `reach` of `middle`; at least one.
  private static func part(_ middle: Double, _ reach: Double, of length: Int) -> Range<Int> {
    let from = min(max(Int((middle - reach).rounded(.down)), 0), length - 1)
    return from..<max(min(Int((middle + reach).rounded(.up)), length), from + 1)
  }
}
