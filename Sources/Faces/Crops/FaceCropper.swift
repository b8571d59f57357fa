import Foundation

/// Cuts square grey pictures of faces out of a luma plane, framed as FER2013's are: from brows to chin, the face fills it.
public struct FaceCropper: Sendable {
  /// Side of the crop by the side of the detector's box.
  public var scale = 1.0
  /// How far the crop's middle lies below that of the box, in sides of the box.
  public var drop = 0.06

  /// With the framing measured for OpenCV's frontal face cascade (`docs/faces.md`).
  public init() {}

  /// The face at `box` as `size` x `size` grey pixels, row by row. Five `landmarks` say more than the box: the crop is turned, scaled
  /// and moved so that they lie where they do in FER2013's pictures.
  /// Every pixel is the mean of the area that it covers; outside of the picture its edge repeats.
  public func crop(_ box: Box, landmarks: [Point] = [], of luma: LumaPlane, size: Int) -> [UInt8] {
    precondition(size > 0 && luma.width > 0 && luma.height > 0)
    let region = landmarks.count == 5 ? Region(landmarks: landmarks) : Region(box: box, scale: scale, drop: drop)
    let samples = min(max(Int((region.side / Double(size)).rounded(.up)), 1), 8)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(size * size)
    for row in 0..<size {
      for column in 0..<size {
        pixels.append(mean(region, luma, column: column, row: row, size: size, samples: samples))
      }
    }
    return pixels
  }

  /// The square that a crop of `box` without landmarks shows.
  public func square(_ box: Box) -> Box {
    let region = Region(box: box, scale: scale, drop: drop)
    return Box(x: region.corner.x, y: region.corner.y, width: region.side, height: region.side)
  }

  /// Mean of `samples` x `samples` places of one pixel.
  private func mean(
    _ region: Region, _ luma: LumaPlane, column: Int, row: Int, size: Int, samples: Int
  ) -> UInt8 {
    var sum = 0.0
    for i in 0..<(samples * samples) {
      let u = (Double(column) + (Double(i % samples) + 0.5) / Double(samples)) / Double(size)
      let v = (Double(row) + (Double(i / samples) + 0.5) / Double(samples)) / Double(size)
      sum += luma.value(at: region.point(u, v))
    }
    return UInt8(min(max((sum / Double(samples * samples)).rounded(), 0), 255))
  }

  /// A square of the picture, turned.
  private struct Region {
    let corner: Point
    /// The side's extent across and down.
    let across: Point
    var side: Double { (across.x * across.x + across.y * across.y).squareRoot() }

    /// Upright, about the middle of `box`.
    init(box: Box, scale: Double, drop: Double) {
      let length = (box.width * box.height).squareRoot()
      let side = max(length * scale, 1)
      (corner, across) = (
        Point(x: box.center.x - side / 2, y: box.center.y + drop * length - side / 2), Point(x: side, y: 0)
      )
    }

    /// Where five points lie as in FER2013's pictures.
    init(landmarks: [Point]) {
      let map = Similarity(from: FaceFraming.points, to: landmarks)
      (corner, across) = (map.origin, Point(x: map.cosine, y: map.sine))
    }

    /// The place at (`u`, `v`) of the square, 0 to 1.
    func point(_ u: Double, _ v: Double) -> Point {
      Point(x: corner.x + across.x * u - across.y * v, y: corner.y + across.y * u + across.x * v)
    }
  }
}

extension LumaPlane {
  /// The grey value at a place between pixels, by linear interpolation; the edge repeats outside.
  func value(at point: Point) -> Double {
    let x = min(max(point.x - 0.5, 0), Double(width - 1))
    let y = min(max(point.y - 0.5, 0), Double(height - 1))
    let (left, top) = (Int(x), Int(y))
    let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
    let (fx, fy) = (x - Double(left), y - Double(top))
    let (above, below) = (base + top * stride, base + bottom * stride)
    let upper = Double(above[left]) * (1 - fx) + Double(above[right]) * fx
    let lower = Double(below[left]) * (1 - fx) + Double(below[right]) * fx
    return upper * (1 - fy) + lower * fy
  }
}
