import Core
import Foundation

/// Cuts square grey images of faces out of a luma plane, framed as FER2013's are: from brows to chin, the face fills it.
public struct FaceCropper: Sendable {
  /// Side of the crop by the side of the detector's box.
  public var scale = 1.0
  /// How far the crop's middle lies below that of the box, in sides of the box.
  public var drop = 0.06

  /// With the framing measured for OpenCV's frontal face cascade (`docs/faces.md`).
  public init() {}

  /// The square of the image that shows the face at `box`. `landmarks` say more than the box: the square is turned, scaled
  /// and moved so that they lie in it as they do in FER2013's images.
  public func square(_ box: Box, landmarks: FacePoints? = nil) -> CropSquare {
    landmarks.map { CropSquare(landmarks: $0) } ?? CropSquare(box: box, scale: scale, drop: drop)
  }

  /// The face at `box` as its square shows it.
  public func crop(_ box: Box, landmarks: FacePoints? = nil, of luma: LumaPlane, size: Int) -> [UInt8] {
    crop(square(box, landmarks: landmarks), of: luma, size: size)
  }

  /// `square` as `size` x `size` grey pixels, row by row.
  /// Every pixel is the mean of the area that it covers; outside of the image its edge repeats.
  public func crop(_ square: CropSquare, of luma: LumaPlane, size: Int) -> [UInt8] {
    let grid = CropGrid(square, of: luma, size: size)
    return [UInt8](unsafeUninitializedCapacity: size * size) { pixels, count in
      for place in pixels.indices { pixels[place] = grid[place] }
      count = size * size
    }
  }
}

/// The pixels of a crop, row by row, each made when it is asked for.
struct CropGrid {
  private let square: CropSquare
  private let luma: LumaPlane
  private let size: Int
  /// Places of a pixel that are looked at, in each direction.
  private let samples: Int

  init(_ square: CropSquare, of luma: LumaPlane, size: Int) {
    precondition(size > 0 && luma.width > 0 && luma.height > 0)
    (self.square, self.luma, self.size) = (square, luma, size)
    samples = min(max(Int((square.side / Double(size)).rounded(.up)), 1), 8)
  }

  /// Mean of the samples of pixel `place`.
  subscript(place: Int) -> UInt8 {
    let (row, column) = place.quotientAndRemainder(dividingBy: size)
    var sum = 0.0
    for i in 0..<(samples * samples) {
      let u = (Double(column) + (Double(i % samples) + 0.5) / Double(samples)) / Double(size)
      let v = (Double(row) + (Double(i / samples) + 0.5) / Double(samples)) / Double(size)
      sum += luma.value(at: square.point(u, v))
    }
    return UInt8(min(max((sum / Double(samples * samples)).rounded(), 0), 255))
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
