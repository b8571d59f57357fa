import CFFmpeg

/// Makes one progressive frame of two fields: the earlier field's rows stay; of the other rows those samples that stick
/// out of both their neighbours (the comb of motion) are interpolated along the direction of least change, all others stay.
enum Deinterlace {
  /// From `source` to `target` of the same format and size.
  static func merge(
    _ source: UnsafeMutablePointer<AVFrame>, to target: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout
  ) {
    let firstRow = FFFrameBeginsAtTop(source) != 0 ? 0 : 1
    for index in 0..<layout.planes {
      if layout.sampleBytes == 1 {
        merge(Plane<UInt8>(source, index, layout), to: Plane<UInt8>(target, index, layout), firstRow, tolerance: 6)
      } else {
        let tolerance = UInt16(6 << (layout.depth - 8))
        merge(
          Plane<UInt16>(source, index, layout), to: Plane<UInt16>(target, index, layout), firstRow, tolerance: tolerance
        )
      }
    }
  }

  private static func merge<Sample>(
    _ source: Plane<Sample>, to target: Plane<Sample>, _ firstRow: Int, tolerance: Sample
  ) {
    for y in 0..<source.rows {
      let isKept = y % 2 == firstRow || y == 0 || y == source.rows - 1
      if isKept {
        target.row(y).update(from: source.row(y), count: source.columns)
      } else {
        mend(source.row(y - 1), source.row(y), source.row(y + 1), to: target.row(y), source.columns, Int(tolerance))
      }
    }
  }

  private static func mend<Sample: FixedWidthInteger>(
    _ above: UnsafeMutablePointer<Sample>, _ here: UnsafeMutablePointer<Sample>, _ below: UnsafeMutablePointer<Sample>,
    to row: UnsafeMutablePointer<Sample>, _ columns: Int, _ tolerance: Int
  ) {
    for x in 0..<columns {
      let (up, own, down) = (Int(above[x]), Int(here[x]), Int(below[x]))
      let isComb = own > max(up, down) + tolerance || own < min(up, down) - tolerance
      row[x] = isComb ? interpolated(above, below, x, columns) : here[x]
    }
  }

  /// The mean of the pair among three directions that differs least; upright wins a tie.
  @inline(__always)
  private static func interpolated<Sample: FixedWidthInteger>(
    _ above: UnsafeMutablePointer<Sample>, _ below: UnsafeMutablePointer<Sample>, _ x: Int, _ columns: Int
  ) -> Sample {
    var pair = (Int(above[x]), Int(below[x]))
    for lean in [-1, 1] where x > 0 && x < columns - 1 {
      let other = (Int(above[x + lean]), Int(below[x - lean]))
      if abs(other.0 - other.1) < abs(pair.0 - pair.1) { pair = other }
    }
    return Sample(truncatingIfNeeded: (pair.0 + pair.1 + 1) / 2)
  }
}
