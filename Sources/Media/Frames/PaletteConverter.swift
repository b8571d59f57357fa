import CFFmpeg

/// Frames with 256 colours, for GIF. A palette serves until the frames have moved away from it.
final class PaletteConverter {
  private var palette: PixelPalette?
  private let rgb = UnsafeMutablePointer<AVFrame>(av_frame_alloc()!)
  private let scaler = Scaler()
  private var pool: FrameMemoryPool?

  deinit { freeFrame(rgb) }

  /// Converts `source` into the empty `target`.
  func convert(_ source: UnsafeMutablePointer<AVFrame>, to target: UnsafeMutablePointer<AVFrame>) throws {
    let (width, height) = (Int(source.pointee.width), Int(source.pointee.height))
    try scaler.convert(
      source,
      to: Scaler.Target(
        format: AV_PIX_FMT_GBRP, width: width, height: height, space: AVCOL_SPC_RGB, range: AVCOL_RANGE_JPEG),
      rgb)
    defer { av_frame_unref(rgb) }
    let layout = PixelLayout(AV_PIX_FMT_GBRP)!
    let planes = (0..<3).map { Plane<UInt8>(rgb, $0, layout) }
    choosePalette(planes)
    if pool?.gives(AV_PIX_FMT_PAL8, width, height) != true {
      pool = FrameMemoryPool(format: AV_PIX_FMT_PAL8, width: width, height: height)
    }
    pool!.fill(target)
    write(planes, to: target)
  }

  private func choosePalette(_ planes: [Plane<UInt8>]) {
    var histogram = ColourHistogram()
    let (green, blue, red) = (planes[0], planes[1], planes[2])
    for y in 0..<green.rows {
      let (g, b, r) = (green.row(y), blue.row(y), red.row(y))
      for x in 0..<green.columns { histogram.add(r[x], g[x], b[x]) }
    }
    if let old = palette?.distance(to: histogram), old <= palette!.error * 1.25 + 4 { return }
    palette = PixelPalette(histogram)
  }

  private func write(_ planes: [Plane<UInt8>], to target: UnsafeMutablePointer<AVFrame>) {
    let (green, blue, red) = (planes[0], planes[1], planes[2])
    for y in 0..<green.rows {
      let (g, b, r) = (green.row(y), blue.row(y), red.row(y))
      let row = target.pointee.data.0! + y * Int(target.pointee.linesize.0)
      for x in 0..<green.columns {
        let step = PaletteConverter.bayer[(y & 3) << 2 | x & 3]
        row[x] = palette!.index(ColourHistogram.cell(clamp(r[x], step), clamp(g[x], step), clamp(b[x], step)))
      }
    }
    let colours = UnsafeMutableRawPointer(target.pointee.data.1!).assumingMemoryBound(to: UInt32.self)
    for index in 0..<256 { colours[index] = index < palette!.colours.count ? palette!.colours[index] : 0xff00_0000 }
  }

  @inline(__always)
  private func clamp(_ value: UInt8, _ step: Int) -> Int { min(max(Int(value) + step, 0), 255) }

  /// Ordered dither of at most one cell, which does not crawl from frame to frame.
  private static let bayer = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5].map { $0 / 2 - 4 }
}
