/// Linear interpolation of 8-bit images in 8.8 fixed point, bit for bit OpenCV's `INTER_LINEAR_EXACT`:
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
  /// Size of the source.
  public let sourceWidth: Int
  /// Size of the source.
  public let sourceHeight: Int
  private let columns: Axis
  private let rows: Axis

  /// From `sourceWidth` x `sourceHeight` pixels to `width` x `height`.
  public init(sourceWidth: Int, sourceHeight: Int, width: Int, height: Int) {
    (self.sourceWidth, self.sourceHeight, self.width, self.height) = (sourceWidth, sourceHeight, width, height)
    columns = Axis(source: sourceWidth, target: width)
    rows = Axis(source: sourceHeight, target: height)
  }

  /// Writes the resized image to `target`, rows `targetStride` bytes apart; `scratch` has room for a source row and one
  /// pixel more. The sums are exact until they are rounded once, so rows may be mixed first, which vectorises.
  public func run(
    _ source: UnsafePointer<UInt8>, stride: Int, to target: UnsafeMutablePointer<UInt8>, targetStride: Int,
    scratch: UnsafeMutablePointer<UInt16>
  ) {
    scratch[sourceWidth] = 0
    for y in 0..<height {
      let (first, weight) = (source + Int(rows.first[y]) * stride, rows.second[y])
      // A second row is read only where its weight is not 0: there may be none.
      mix(first, weight == 0 ? first : first + stride, weight, to: scratch)
      squeeze(scratch, to: target + y * targetStride)
    }
  }

  /// Two rows in 8.8 fixed point.
  private func mix(
    _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ weight: UInt16, to out: UnsafeMutablePointer<UInt16>
  ) {
    for x in 0..<sourceWidth {
      out[x] = UInt16(a[x]) &* (256 &- weight) &+ UInt16(b[x]) &* weight
    }
  }

  /// `width` pixels out of a mixed row.
  private func squeeze(_ row: UnsafeMutablePointer<UInt16>, to out: UnsafeMutablePointer<UInt8>) {
    columns.first.withUnsafeBufferPointer { first in
      columns.second.withUnsafeBufferPointer { second in
        for x in 0..<width {
          let (pixel, weight) = (row + Int(first[x]), UInt32(second[x]))
          let sum = UInt32(pixel[0]) &* (256 &- weight) &+ UInt32(pixel[1]) &* weight
          out[x] = UInt8(truncatingIfNeeded: (sum &+ 32768) >> 16)
        }
      }
    }
  }
}
