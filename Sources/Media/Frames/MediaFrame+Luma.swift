import CFFmpeg

/// 8-bit full-range luma of any layout.
extension MediaFrame {
  /// Writes `height` rows of `width` values to `target`, rows `stride` apart.
  func stretchLuma(into target: UnsafeMutablePointer<UInt8>, stride: Int) {
    switch (layout.model, layout.sampleBytes) {
    case (.yuv, 1): stretch8(into: target, stride: stride)
    case (.yuv, _): stretch16(into: target, stride: stride)
    case (.rgb, 1): weigh(UInt8.self, into: target, stride: stride)
    case (.rgb, _): weigh(UInt16.self, into: target, stride: stride)
    }
  }

  private func stretch8(into target: UnsafeMutablePointer<UInt8>, stride: Int) {
    let plane = Plane<UInt8>(avFrame, 0, layout)
    for y in 0..<plane.rows {
      let (source, row) = (plane.row(y), target + y * stride)
      if colour.fullRange {
        row.update(from: source, count: plane.columns)
      } else {
        stretchRow(source, row, plane.columns)
      }
    }
  }

  /// (y - 16) * 255 / 219 rounded; 298 / 256 is within a quarter of a step of it over the whole range.
  private func stretchRow(_ source: UnsafeMutablePointer<UInt8>, _ row: UnsafeMutablePointer<UInt8>, _ count: Int) {
    for x in 0..<count {
      let step = UInt32(min(max(source[x], 16), 235) &- 16)
      row[x] = UInt8(truncatingIfNeeded: (step &* 298 &+ 128) >> 8)
    }
  }

  private func stretch16(into target: UnsafeMutablePointer<UInt8>, stride: Int) {
    let plane = Plane<UInt16>(avFrame, 0, layout)
    let floor = UInt32(colour.lumaFloor(layout.depth))
    let ceiling = floor + UInt32(colour.lumaSpan(layout.depth))
    let factor = UInt32((255 << 16) / colour.lumaSpan(layout.depth) + 1)
    for y in 0..<plane.rows {
      let (source, row) = (plane.row(y), target + y * stride)
      for x in 0..<plane.columns {
        let step = min(max(UInt32(source[x]), floor), ceiling) &- floor
        row[x] = UInt8(truncatingIfNeeded: min((step &* factor &+ 0x8000) >> 16, 255))
      }
    }
  }

  /// ITU-R BT.601 luma of R'G'B', as every image library computes grey.
  private func weigh<Sample: FixedWidthInteger & UnsignedInteger>(
    _: Sample.Type, into target: UnsafeMutablePointer<UInt8>, stride: Int
  ) {
    let planes = (0..<3).map { Plane<Sample>(avFrame, $0, layout) }
    let (green, blue, red) = (planes[0], planes[1], planes[2])
    let shift = UInt32(layout.depth - 8)
    for y in 0..<green.rows {
      let (g, b, r, row) = (green.row(y), blue.row(y), red.row(y), target + y * stride)
      for x in 0..<green.columns {
        let sum = UInt32(g[x]) &* 9617 &+ UInt32(b[x]) &* 1868 &+ UInt32(r[x]) &* 4899
        row[x] = UInt8(truncatingIfNeeded: min((sum >> shift &+ 8192) >> 14, 255))
      }
    }
  }
}
