import Core
import Foundation

/// How an image lies in a scene: turned, scaled, stretched, mirrored and shifted.
struct SceneMap {
  /// From the image to the scene: columns of the matrix are (`xx`, `yx`) and (`xy`, `yy`).
  private let xx, xy, yx, yy: Double
  /// The image's point that is brought to `target`.
  private let source: Point
  private let target: Point
  let isMirrored: Bool

  /// Scales by `zoom`, across by the root of `aspect` more and down by as much less; mirrors; turns by `angle` (x towards y); then brings
  /// `source` to `target`.
  init(zoom: Double, aspect: Double = 1, angle: Double = 0, isMirrored: Bool = false, source: Point, target: Point) {
    let (across, down) = (zoom * aspect.squareRoot() * (isMirrored ? -1 : 1), zoom / aspect.squareRoot())
    (xx, xy, yx, yy) = (cos(angle) * across, -sin(angle) * down, sin(angle) * across, cos(angle) * down)
    (self.source, self.target, self.isMirrored) = (source, target, isMirrored)
  }

  /// Where a point of the image is in the scene.
  func callAsFunction(_ p: Point) -> Point {
    let (dx, dy) = (p.x - source.x, p.y - source.y)
    return Point(x: target.x + xx * dx + xy * dy, y: target.y + yx * dx + yy * dy)
  }

  /// The face in the scene; its box is that of an ellipse that fills the image's.
  func callAsFunction(_ face: MarkedFace) -> MarkedFace {
    let middle = self(face.box.center)
    let (a, b) = (face.box.width / 2, face.box.height / 2)
    let (across, down) = (hypot(xx * a, xy * b), hypot(yx * a, yy * b))
    let points = face.landmarks?.moved { self($0) }
    return MarkedFace(
      box: Box(x: middle.x - across, y: middle.y - down, width: 2 * across, height: 2 * down),
      landmarks: isMirrored ? points?.swapped : points,
      isCertain: face.isCertain)
  }

  /// From the scene back to the image: the place of the scene's origin, and the steps of a pixel across and down.
  var back: (origin: Point, across: Point, down: Point) {
    let determinant = xx * yy - xy * yx
    let across = Point(x: yy / determinant, y: -yx / determinant)
    let down = Point(x: -xy / determinant, y: xx / determinant)
    let origin = Point(
      x: source.x - target.x * across.x - target.y * down.x, y: source.y - target.x * across.y - target.y * down.y)
    return (origin, across, down)
  }

  /// Pixels of the image in one of the scene, along a side.
  var reduction: Double { 1 / abs(xx * yy - xy * yx).squareRoot() }
}

/// A square canvas of grey values on which training scenes are painted.
struct SceneCanvas {
  let side: Int
  let pixels: UnsafeMutablePointer<Float>

  /// Paints `image` where it lies; what is beyond its edges stays. `softness` reads from so many times halved images more.
  func paint(_ image: ImagePyramid, _ map: SceneMap, softness: Int = 0) {
    let level = min(max(Int(log2(map.reduction).rounded(.down)), 0) + softness, image.levels.count - 1)
    let back = map.back
    let scale = Float(1 / Double(1 << level))
    image.levels[level].withPlane { plane in
      for row in 0..<side {
        var x = Float(back.origin.x + 0.5 * back.across.x + (Double(row) + 0.5) * back.down.x) * scale
        var y = Float(back.origin.y + 0.5 * back.across.y + (Double(row) + 0.5) * back.down.y) * scale
        let (dx, dy) = (Float(back.across.x) * scale, Float(back.across.y) * scale)
        let line = pixels + row * side
        for column in 0..<side {
          if x >= 0, y >= 0, x < Float(plane.width), y < Float(plane.height) { line[column] = plane.grey(x, y) }
          x += dx
          y += dy
        }
      }
    }
  }
}

extension LumaPlane {
  /// The grey value at a place inside the image, by linear interpolation.
  @inline(__always)
  func grey(_ x: Float, _ y: Float) -> Float {
    let (u, v) = (max(x - 0.5, 0), max(y - 0.5, 0))
    let (left, top) = (min(Int(u), width &- 1), min(Int(v), height &- 1))
    let (right, bottom) = (min(left &+ 1, width &- 1), min(top &+ 1, height &- 1))
    let (fx, fy) = (u - Float(left), v - Float(top))
    let (above, below) = (base + top &* stride, base + bottom &* stride)
    let upper = Float(above[left]) * (1 - fx) + Float(above[right]) * fx
    let lower = Float(below[left]) * (1 - fx) + Float(below[right]) * fx
    return upper * (1 - fy) + lower * fy
  }
}
