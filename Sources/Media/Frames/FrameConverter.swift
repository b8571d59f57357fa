import CFFmpeg

/// Brings frames to the format and size that an encoder takes; passes them on untouched where they have them.
final class FrameConverter {
  private let scaled: Scaler.Target
  private let target: Scaler.Target
  private let isSame: Bool
  private let scaler = Scaler()
  private let palettes = PaletteConverter()
  private let pool: FrameMemoryPool
  private let spare: UnsafeMutablePointer<AVFrame> = av_frame_alloc()

  /// From frames of `format` to `target`, which is at most padded, never scaled.
  init(_ format: VideoFormat, _ target: Scaler.Target) {
    self.target = target
    var scaled = target
    (scaled.width, scaled.height) = (format.width, format.height)
    self.scaled = scaled
    let sameRange = (format.range == AVCOL_RANGE_JPEG) == (target.range == AVCOL_RANGE_JPEG)
    isSame = format.layout.format == target.format.withoutRange && sameRange
    pool = FrameMemoryPool(format: format.layout.format, width: format.width, height: format.height)
  }

  deinit { freeFrame(spare) }

  /// The frame to encode, good until the next call.
  func convert(_ frame: MediaFrame) throws -> UnsafeMutablePointer<AVFrame> {
    if isSame, scaled == target { return frame.avFrame }
    av_frame_unref(spare)
    if isSame {
      pool.fill(spare)
      av_frame_copy(spare, frame.avFrame)
      copyProperties(from: frame.avFrame, to: spare)
    } else if target.format == AV_PIX_FMT_PAL8 {
      try palettes.convert(frame.avFrame, to: spare)
    } else {
      try scaler.convert(frame.avFrame, to: scaled, spare)
    }
    if scaled != target { pad() }
    return spare
  }

  /// Repeats the last column and row; chroma planes, rounded up, are as large as they need be.
  private func pad() {
    let layout = PixelLayout(target.format.withoutRange)!
    if layout.sampleBytes == 1 { pad(Plane<UInt8>(spare, 0, layout)) } else { pad(Plane<UInt16>(spare, 0, layout)) }
    spare.pointee.width = Int32(target.width)
    spare.pointee.height = Int32(target.height)
  }

  private func pad<Sample>(_ plane: Plane<Sample>) {
    for y in 0..<plane.rows where target.width > plane.columns {
      plane.row(y)[plane.columns] = plane.row(y)[plane.columns - 1]
    }
    if target.height > plane.rows { plane.row(plane.rows).update(from: plane.row(plane.rows - 1), count: target.width) }
  }
}
