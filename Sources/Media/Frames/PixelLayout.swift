import CFFmpeg

/// How a frame's planes hold colour: planar Y'CbCr or planar RGB (planes G, B, R), 8 to 16 bits a sample in host byte order.
/// Mien works in these; every other format is converted to the nearest of them first.
struct PixelLayout: Hashable, Sendable {
  /// What the planes mean.
  enum Model: Hashable, Sendable { case yuv, rgb }

  /// FFmpeg's name for it, without alpha.
  let format: AVPixelFormat
  /// Y'CbCr or RGB.
  let model: Model
  /// Bits of a sample.
  let depth: Int
  /// log2 of how many columns share a chroma sample.
  let chromaShiftX: Int
  /// log2 of how many rows share a chroma sample.
  let chromaShiftY: Int
  /// A fourth plane of alpha follows.
  let hasAlpha: Bool

  /// The layout of `format`; nil when it is not planar, has one plane, or has another byte order.
  init?(_ format: AVPixelFormat) {
    guard let descriptor = av_pix_fmt_desc_get(format)?.pointee, descriptor.isPlanarColour else { return nil }
    self.format = format
    model = descriptor.has(AV_PIX_FMT_FLAG_RGB) ? .rgb : .yuv
    depth = Int(descriptor.comp.0.depth)
    chromaShiftX = Int(descriptor.log2_chroma_w)
    chromaShiftY = Int(descriptor.log2_chroma_h)
    hasAlpha = descriptor.has(AV_PIX_FMT_FLAG_ALPHA)
  }

  /// Bytes of a sample.
  var sampleBytes: Int { depth > 8 ? 2 : 1 }
  /// Planes, alpha among them.
  var planes: Int { hasAlpha ? 4 : 3 }
  /// Largest sample.
  var maximum: Int { (1 << depth) - 1 }
  /// Columns and rows share alike, so that a quarter turn gives the same format.
  var isSquare: Bool { chromaShiftX == chromaShiftY }

  /// Samples across plane `plane` of a frame of `width` columns.
  func columns(_ plane: Int, of width: Int) -> Int { isChroma(plane) ? -(-width >> chromaShiftX) : width }
  /// Rows of plane `plane` of a frame of `height` rows.
  func rows(_ plane: Int, of height: Int) -> Int { isChroma(plane) ? -(-height >> chromaShiftY) : height }

  private func isChroma(_ plane: Int) -> Bool { model == .yuv && (plane == 1 || plane == 2) }
}

extension PixelLayout {
  /// Formats that others are converted to, opaque and with alpha.
  static let working: [AVPixelFormat] = [
    AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUV440P,
    AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUV422P10LE, AV_PIX_FMT_YUV444P10LE, AV_PIX_FMT_YUV420P12LE,
    AV_PIX_FMT_YUV422P12LE, AV_PIX_FMT_YUV444P12LE, AV_PIX_FMT_YUV420P16LE, AV_PIX_FMT_YUV422P16LE,
    AV_PIX_FMT_YUV444P16LE, AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUVA422P, AV_PIX_FMT_YUVA444P, AV_PIX_FMT_YUVA444P10LE,
    AV_PIX_FMT_YUVA444P12LE, AV_PIX_FMT_YUVA444P16LE, AV_PIX_FMT_GBRP, AV_PIX_FMT_GBRP10LE, AV_PIX_FMT_GBRP12LE,
    AV_PIX_FMT_GBRP16LE, AV_PIX_FMT_GBRAP, AV_PIX_FMT_GBRAP10LE, AV_PIX_FMT_GBRAP12LE, AV_PIX_FMT_GBRAP16LE,
  ]

  /// The nearest layout to `format` among `working`.
  static func nearest(to format: AVPixelFormat) -> PixelLayout? {
    var list = (isGrey(format) ? [AV_PIX_FMT_GBRP, AV_PIX_FMT_GBRP16LE] : working) + [AV_PIX_FMT_NONE]
    let best = avcodec_find_best_pix_fmt_of_list(&list, format, 1, nil)
    return PixelLayout(best)
  }

  /// The layout without its alpha plane.
  var opaque: PixelLayout {
    guard hasAlpha else { return self }
    let found = PixelLayout.working.lazy.compactMap { PixelLayout($0) }.first {
      !$0.hasAlpha && $0.isLike(self)
    }
    return found ?? self
  }

  /// The layout with chroma at every pixel, same depth.
  var fullChroma: PixelLayout {
    PixelLayout.working.lazy.compactMap { PixelLayout($0) }
      .first { $0.model == model && $0.depth == depth && !$0.hasAlpha && $0.chromaShiftX + $0.chromaShiftY == 0 }
      ?? PixelLayout(AV_PIX_FMT_YUV444P)!
  }

  private func isLike(_ other: PixelLayout) -> Bool {
    model == other.model && depth == other.depth && chromaShiftX == other.chromaShiftX
      && chromaShiftY == other.chromaShiftY
  }

  private static func isGrey(_ format: AVPixelFormat) -> Bool {
    guard let descriptor = av_pix_fmt_desc_get(format)?.pointee else { return false }
    return descriptor.nb_components <= 2 && !descriptor.has(AV_PIX_FMT_FLAG_PAL)
  }
}

extension AVPixFmtDescriptor {
  func has(_ flag: Int32) -> Bool { flags & UInt64(flag) != 0 }

  /// Three or four planes of whole samples of one depth in host byte order. Asked for each frame: allocates nothing.
  fileprivate var isPlanarColour: Bool {
    let excluded = AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_FLOAT
    guard nb_components >= 3, has(AV_PIX_FMT_FLAG_PLANAR), !has(excluded), !has(foreignByteOrder) else { return false }
    let (first, second, third) = (comp.0.plane, comp.1.plane, comp.2.plane)
    return isPlain(comp.0) && isPlain(comp.1) && isPlain(comp.2) && comp.0.depth <= 16
      && first != second && second != third && first != third
  }

  private func isPlain(_ component: AVComponentDescriptor) -> Bool {
    component.depth == comp.0.depth && component.shift == 0 && component.offset == 0 && component.step == bytes
  }

  private var foreignByteOrder: Int32 { comp.0.depth > 8 ? AV_PIX_FMT_FLAG_BE : 0 }
  private var bytes: Int32 { comp.0.depth > 8 ? 2 : 1 }
}

/// FFmpeg's name of a pixel format.
func name(of format: AVPixelFormat) -> String {
  av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "unknown"
}

extension AVPixelFormat {
  /// The deprecated full-range names are their plain counterparts with a range of their own.
  var withoutRange: AVPixelFormat {
    switch self {
    case AV_PIX_FMT_YUVJ420P: AV_PIX_FMT_YUV420P
    case AV_PIX_FMT_YUVJ422P: AV_PIX_FMT_YUV422P
    case AV_PIX_FMT_YUVJ444P: AV_PIX_FMT_YUV444P
    case AV_PIX_FMT_YUVJ440P: AV_PIX_FMT_YUV440P
    case AV_PIX_FMT_YUVJ411P: AV_PIX_FMT_YUV411P
    default: self
    }
  }
}
