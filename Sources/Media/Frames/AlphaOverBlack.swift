import CFFmpeg

/// Lays a frame with alpha over black, in place; the alpha plane is to be forgotten afterwards.
enum AlphaOverBlack {
  static func apply(_ frame: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout, _ colour: ColourSpace) {
    if layout.sampleBytes == 1 {
      apply(UInt8.self, frame, layout, colour)
    } else {
      apply(UInt16.self, frame, layout, colour)
    }
  }

  private static func apply<Sample: FixedWidthInteger & UnsignedInteger>(
    _: Sample.Type, _ frame: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout, _ colour: ColourSpace
  ) {
    let alpha = Plane<Sample>(frame, 3, layout)
    for index in 0..<3 {
      let isChroma = layout.model == .yuv && index > 0
      let zero = layout.model == .rgb ? 0 : isChroma ? 1 << (layout.depth - 1) : colour.lumaFloor(layout.depth)
      let shift = isChroma ? (layout.chromaShiftX, layout.chromaShiftY) : (0, 0)
      fade(Plane<Sample>(frame, index, layout), alpha, to: zero, shift, layout.maximum)
    }
  }

  private static func fade<Sample>(
    _ plane: Plane<Sample>, _ alpha: Plane<Sample>, to zero: Int, _ shift: (Int, Int), _ maximum: Int
  ) {
    for y in 0..<plane.rows {
      let row = plane.row(y)
      for x in 0..<plane.columns {
        let opacity = mean(alpha, x << shift.0, y << shift.1, 1 << shift.0, 1 << shift.1)
        let step = (Int(row[x]) - zero) * opacity
        row[x] = Sample(truncatingIfNeeded: zero + (step + (step < 0 ? -maximum : maximum) / 2) / maximum)
      }
    }
  }

  /// Mean alpha of the pixels that share a sample.
  @inline(__always)
  private static func mean<Sample>(_ alpha: Plane<Sample>, _ left: Int, _ top: Int, _ width: Int, _ height: Int) -> Int
  {
    var (sum, count) = (0, 0)
    for y in top..<min(top + height, alpha.rows) {
      for x in left..<min(left + width, alpha.columns) {
        sum += Int(alpha.row(y)[x])
        count += 1
      }
    }
    return sum / count
  }
}
