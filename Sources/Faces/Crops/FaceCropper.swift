import Foundation

/// Cuts square grey pictures of faces out of a luma plane, framed as FER2013's are: from brows to chin, the face fills it.
public struct FaceCropper: Sendable {
  /// Side of the crop by the side of the detector's box.
  public var scale = 1.0
  /// How far the crop's middle lies below that of the box, in sides of the box.
  public var drop = 0.06

  /// With the framing measured for OpenCV's frontal face cascade (`docs/faces.md`).
  public init() {}

  /// The face at `box` as `size` x `size` grey pixels, row by row. With five `landmarks` the eyes are made level.
  /// Every pixel is the mean of the area that it covers; outside of the picture its edge repeats.
  public func crop(_ box: Box, landmarks: [Point] = [], of luma: LumaPlane, size: Int) -> [UInt8] {
    precondition(size > 0 && luma.width > 0 && luma.height > 0)
    let region = Region(box: box, landmarks: landmarks, scale: scale, drop: drop)
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
    let region = Region(box: box, landmarks: [], scale: scale, drop: drop)
    return Box(
      x: region.center.x - region.side / 2, y: region.center.y - region.side / 2, width: region.side,
      height: region.side)
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
    let center: Point
    let side: Double
    let cosine: Double
    let sine: Double

    init(box: Box, landmarks: [Point], scale: Double, drop: Double) {
      let angle = landmarks.count == 5 ? Region.roll(landmarks) : 0
      (cosine, sine) = (cos(angle), sin(angle))
      let length = (box.width * box.height).squareRoot()
      side = max(length * scale, 1)
      center = Point(x: box.center.x - sine * drop * length, y: box.center.y + cosine * drop * length)
    }

    /// Angle of the line through the eyes; positive when the person's left eye is lower.
    static func roll(_ landmarks: [Point]) -> Double {
      atan2(landmarks[1].y - landmarks[0].y, landmarks[1].x - landmarks[0].x)
    }

    /// The place at (`u`, `v`) of the square, 0 to 1.
    func point(_ u: Double, _ v: Double) -> Point {
      let (dx, dy) = ((u - 0.5) * side, (v - 0.5) * side)
      return Point(x: center.x + cosine * dx - sine * dy, y: center.y + sine * dx + cosine * dy)
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
