/// Linear interpolation of 8-bit pictures in 8.8 fixed point, bit for bit OpenCV's `INTER_LINEAR_EXACT`:
/// pixel centres coincide, edge pixels repeat, both passes round once at the end.
public struct ResizeLinear {
  /// How one line of pixels is made from another.
  struct Axis {
    /// First of the two source pixels.
    var first: [Int32] = []
    /// Weight of the second, of 256.
    var second: [UInt16] = []

    init(source: Int, target: Int) {
      let scale = 1 / (Double(target) / Double(source))
      for index in 0..<target {
        let position = scale * (Double(index) + 0.5) - 0.5
        let floor = position.rounded(.down)
        let inside = floor >= 0 && Int(floor) < source - 1
        first.append(inside ? Int32(floor) : floor < 0 || source < 2 ? 0 : Int32(source - 2))
        let weight = UInt16(((position - floor) * 256).rounded(.toNearestOrEven))
        second.append(inside ? weight : floor < 0 || source < 2 ? 0 : 256)
      }
    }
  }

  /// Size of the result.
  public let width: Int
  /// Size of the result.
  public let height: Int
  private let columns: Axis
  private let rows: Axis

  /// From `sourceWidth` x `sourceHeight` pixels to `width` x `height`.
  public init(sourceWidth: Int, sourceHeight: Int, width: Int, height: Int) {
    self.width = width
    self.height = height
    columns = Axis(source: sourceWidth, target: width)
    rows = Axis(source: sourceHeight, target: height)
  }

  /// Numbers of scratch that `run` needs.
  public var scratch: Int { width * 2 }

  /// Writes the resized picture to `target`, rows `targetStride` bytes apart.
  /// One source row may be all there is: a second one is read only where its weight is not 0.
  public func run(
    _ source: UnsafePointer<UInt8>, stride: Int, to target: UnsafeMutablePointer<UInt8>,
    targetStride: Int,
    scratch: UnsafeMutablePointer<UInt16>
  ) {
    var held = (-1, -1)
    for y in 0..<height {
      let (first, weight) = (Int(rows.first[y]), rows.second[y])
      let second = weight == 0 ? first : first + 1
      for row in [first, second] where row != held.0 && row != held.1 {
        spread(source + row * stride, to: scratch + (row & 1) * width)
        if row & 1 == 0 { held.0 = row } else { held.1 = row }
      }
      mix(
        scratch + (first & 1) * width, scratch + (second & 1) * width, weight,
        to: target + y * targetStride)
    }
  }

  /// One source row to `width` values in 8.8 fixed point.
  private func spread(_ row: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt16>) {
    columns.first.withUnsafeBufferPointer { first in
      columns.second.withUnsafeBufferPointer { second in
        for x in 0..<width {
          let weight = second[x]
          let pixel = row + Int(first[x])
          out[x] =
            UInt16(pixel[0]) &* (256 &- weight) &+ (weight == 0 ? 0 : UInt16(pixel[1]) &* weight)
        }
      }
    }
  }

  private func mix(
    _ a: UnsafeMutablePointer<UInt16>, _ b: UnsafeMutablePointer<UInt16>, _ weight: UInt16,
    to out: UnsafeMutablePointer<UInt8>
  ) {
    let (wa, wb) = (UInt32(256 - weight), UInt32(weight))
    for x in 0..<width {
      out[x] = UInt8(truncatingIfNeeded: (UInt32(a[x]) &* wa &+ UInt32(b[x]) &* wb &+ 32768) >> 16)
    }
  }
}
