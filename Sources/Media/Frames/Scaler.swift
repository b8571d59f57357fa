import CFFmpeg

/// Converts frames between formats, ranges and sizes with libswscale, the same way on every CPU.
final class Scaler {
  /// What a frame is to become.
  struct Target: Hashable {
    var format: AVPixelFormat
    var width: Int
    var height: Int
    var space: AVColorSpace
    var range: AVColorRange
  }

  private var context: OpaquePointer?
  private var pool: FrameMemoryPool?

  deinit { sws_freeContext(context) }

  /// Converts `source` into the empty `target`, which gets memory of this converter's pool.
  func convert(_ source: UnsafeMutablePointer<AVFrame>, to wanted: Target, _ target: UnsafeMutablePointer<AVFrame>)
    throws
  {
    try prepare(source, wanted)
    pool!.fill(target)
    copyProperties(from: source, to: target)
    target.pointee.colorspace = wanted.space
    target.pointee.color_range = wanted.range
    let planes = UnsafeRawPointer(framePlanes(source)).assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    sws_scale(context, planes, frameLines(source), 0, source.pointee.height, framePlanes(target), frameLines(target))
  }

  private func prepare(_ source: UnsafeMutablePointer<AVFrame>, _ wanted: Target) throws {
    let flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT
    context = sws_getCachedContext(
      context, source.pointee.width, source.pointee.height, AVPixelFormat(source.pointee.format).withoutRange,
      Int32(wanted.width), Int32(wanted.height), wanted.format, flags, nil, nil, nil)
    guard context != nil else {
      throw MediaError.encoder(
        name(of: wanted.format), detail: "no conversion from \(name(of: AVPixelFormat(source.pointee.format)))")
    }
    Scaler.setColours(context, from: source, to: wanted)
    if pool?.gives(wanted.format, wanted.width, wanted.height) != true {
      pool = FrameMemoryPool(format: wanted.format, width: wanted.width, height: wanted.height)
    }
  }

  /// Tells libswscale which colours the samples stand for.
  static func setColours(_ context: OpaquePointer?, from source: UnsafeMutablePointer<AVFrame>, to wanted: Target) {
    let from = Scaler.coefficients(source.pointee.colorspace, Int(source.pointee.height))
    let to = Scaler.coefficients(wanted.space, wanted.height)
    let isFull = source.isFullRange
    sws_setColorspaceDetails(
      context, sws_getCoefficients(from), isFull ? 1 : 0, sws_getCoefficients(to),
      wanted.range == AVCOL_RANGE_JPEG ? 1 : 0, 0, 1 << 16, 1 << 16)
  }

  private static func coefficients(_ space: AVColorSpace, _ height: Int) -> Int32 {
    let isKnown = space != AVCOL_SPC_UNSPECIFIED && space != AVCOL_SPC_RGB && space != AVCOL_SPC_RESERVED
    if isKnown { return Int32(space.rawValue) }
    return Int32((height >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M).rawValue)
  }
}

extension UnsafeMutablePointer where Pointee == AVFrame {
  /// Tagged as full range, by a deprecated format name, or grey or RGB without a tag.
  var isFullRange: Bool {
    let format = AVPixelFormat(pointee.format)
    if pointee.color_range != AVCOL_RANGE_UNSPECIFIED { return pointee.color_range == AVCOL_RANGE_JPEG }
    if format != format.withoutRange { return true }
    let descriptor = av_pix_fmt_desc_get(format)?.pointee
    return descriptor.map { $0.has(AV_PIX_FMT_FLAG_RGB) || $0.nb_components <= 2 } ?? false
  }
}
