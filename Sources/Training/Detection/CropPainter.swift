import Core
import Faces
import Foundation
import Networks

/// Paints faces of a set of crops framed as FER2013's into scenes.
struct CropPainter {
  private let set: FaceDataSet?

  init(_ set: FaceDataSet?) { self.set = set }

  var isEmpty: Bool { (set?.count ?? 0) == 0 }

  /// Gives `face` the features of a crop, laid by its points and as bright and contrasty as what it covers. Faces turned
  /// aside stay as they are.
  func exchange(_ face: MarkedFace, on canvas: SceneCanvas, _ random: inout RandomStream) {
    guard !isEmpty, let points = face.landmarks, (0.3...0.7).contains(points.noseBetweenEyes) else { return }
    let map = Similarity(from: FaceFraming.points, to: points)
    paint(map, on: canvas, matched: true, &random)
  }

  /// Paints a crop as a face of `side` with its middle at `middle`.
  func paint(
    side: Double, at middle: Point, angle: Double, on canvas: SceneCanvas, _ random: inout RandomStream
  ) -> MarkedFace {
    let box = FaceFraming.box
    let scale = side / box.area.squareRoot()
    var map = Similarity(from: [Point(x: 0, y: 0)], to: [Point(x: 0, y: 0)])
    (map.cosine, map.sine) = (scale * cos(angle), scale * sin(angle))
    let moved = map(box.center)
    map.origin = Point(x: middle.x - moved.x, y: middle.y - moved.y)
    paint(map, on: canvas, matched: false, &random)
    let whole = SceneMap(zoom: scale, angle: angle, source: box.center, target: middle)
    return whole(MarkedFace(box: box))
  }

  /// Blends a crop in: whole within an ellipse, less and less to its edge.
  private func paint(_ map: Similarity, on canvas: SceneCanvas, matched: Bool, _ random: inout RandomStream) {
    guard let set else { return }
    let index = Int(random.next() % UInt64(set.count))
    let isMirrored = random.uniform() < 0.5
    let crop = GreyImage(width: set.shape.width, height: set.shape.height, pixels: Array(set.image(index)))
    let small = shrunk(crop, to: map.scale)
    let places = ellipse(map, canvas.side)
    small.withPlane { plane in
      func grey(_ place: Place) -> Float {
        plane.grey((isMirrored ? 1 - place.u : place.u) * Float(plane.width), place.v * Float(plane.height))
      }
      let tone = matched ? Tone(of: places.map(grey), like: places.map { canvas.pixels[$0.pixel] }) : Tone()
      for place in places {
        let value = grey(place) * tone.contrast + tone.brightness
        canvas.pixels[place.pixel] += place.share * (value - canvas.pixels[place.pixel])
      }
    }
  }

  private func shrunk(_ crop: GreyImage, to side: Double) -> GreyImage {
    var crop = crop
    while Double(crop.width) >= 2 * side, crop.width >= 16 { crop = crop.halved }
    return crop
  }

  private struct Place {
    var pixel: Int
    var u, v, share: Float
  }

  /// The canvas's pixels under the crop, where they are in it and how much of it they take.
  private func ellipse(_ map: Similarity, _ side: Int) -> [Place] {
    let center = map(Point(x: 0.5, y: 0.52))
    let reach = map.scale * 0.6
    let square = map.scale * map.scale
    var places: [Place] = []
    for row in max(Int(center.y - reach), 0)..<max(min(Int(center.y + reach) + 1, side), max(Int(center.y - reach), 0))
    {
      for column in max(
        Int(center.x - reach), 0)..<max(
          min(Int(center.x + reach) + 1, side), max(Int(center.x - reach), 0))
      {
        let (dx, dy) = (Double(column) + 0.5 - map.origin.x, Double(row) + 0.5 - map.origin.y)
        let (u, v) = ((map.cosine * dx + map.sine * dy) / square, (map.cosine * dy - map.sine * dx) / square)
        let radius = hypot((u - 0.5) / 0.46, (v - 0.52) / 0.5)
        guard radius < 1, (0.0..<1.0).contains(u), (0.0..<1.0).contains(v) else { continue }
        places.append(
          Place(pixel: row * side + column, u: Float(u), v: Float(v), share: Float(min((1 - radius) / 0.25, 1))))
      }
    }
    return places
  }

  /// A change of brightness and contrast.
  private struct Tone {
    var contrast: Float = 1
    var brightness: Float = 0

    init() {}

    init(of values: [Float], like others: [Float]) {
      let (a, b) = (Self.moments(values), Self.moments(others))
      contrast = a.deviation > 1 ? min(max(b.deviation / a.deviation, 0.3), 2) : 1
      brightness = b.mean - contrast * a.mean
    }

    private static func moments(_ values: [Float]) -> (mean: Float, deviation: Float) {
      let mean = values.reduce(0, +) / Float(max(values.count, 1))
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (square / Float(max(values.count, 1))).squareRoot())
    }
  }
}
