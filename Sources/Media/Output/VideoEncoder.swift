import CFFmpeg

/// Encodes frames; the same packets for any number of processors.
final class VideoEncoder {
  let context: UnsafeMutablePointer<AVCodecContext>
  /// What the frames became: format and size.
  let target: Scaler.Target
  let codec: VideoCodec

  private let converter: FrameConverter
  private let packet: UnsafeMutablePointer<AVPacket> = av_packet_alloc()
  private var lengths = TickMap()
  private let sourceBase: AVRational
  private var lastTicks = Int64.min
  private let path: String

  /// For frames of `format` that go into `muxer`'s container (nil: a file of one frame).
  init(_ codec: VideoCodec, _ format: VideoFormat, _ muxer: Muxer?, _ options: OutputOptions, _ path: String) throws {
    (self.codec, self.path, sourceBase) = (codec, path, format.timeBase)
    let encoder = try codec.find()
    target = EncoderTarget.choose(codec, encoder, format, options)
    converter = FrameConverter(format, target)
    context = avcodec_alloc_context3(encoder)
    setFormat(format)
    setTime(format, muxer)
    setFlags(muxer, options)
    let status = withDictionary(codec.options(options.quality)) { avcodec_open2(context, encoder, $0) }
    try check(status) { .encoder(codec.name, detail: $0.detail) }
  }

  deinit {
    freePacket(packet)
    var context: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&context)
  }

  /// Encodes one frame at `ticks` of the source's time base, `duration` long; gives finished packets to `write`,
  /// which leaves them empty.
  func encode(_ frame: MediaFrame, _ ticks: Int64, _ write: (UnsafeMutablePointer<AVPacket>) throws -> Void) throws {
    let avFrame = try converter.convert(frame)
    let time = max(av_rescale_q(ticks, sourceBase, context.pointee.time_base), lastTicks == .min ? .min : lastTicks + 1)
    lengths.put(time, av_rescale_q(frame.duration, sourceBase, context.pointee.time_base))
    lastTicks = time
    avFrame.pointee.pts = time
    avFrame.pointee.pict_type = AV_PICTURE_TYPE_NONE
    try check(avcodec_send_frame(context, avFrame)) { .encoder(codec.name, detail: $0.detail) }
    try drain(write)
  }

  /// Encodes what it still holds.
  func finish(_ write: (UnsafeMutablePointer<AVPacket>) throws -> Void) throws {
    try check(avcodec_send_frame(context, nil)) { .encoder(codec.name, detail: $0.detail) }
    try drain(write)
  }

  private func drain(_ write: (UnsafeMutablePointer<AVPacket>) throws -> Void) throws {
    while true {
      let status = avcodec_receive_packet(context, packet)
      if status == FFErrorAgain || status == FFErrorEnd { return }
      try check(status) { .encoder(codec.name, detail: $0.detail) }
      if let length = lengths.take(packet.pointee.pts) { packet.pointee.duration = length }
      try write(packet)
    }
  }

  private func setFormat(_ format: VideoFormat) {
    context.pointee.pix_fmt = target.format
    (context.pointee.width, context.pointee.height) = (Int32(target.width), Int32(target.height))
    context.pointee.sample_aspect_ratio = format.pixelAspect
    (context.pointee.colorspace, context.pointee.color_range) = (target.space, target.range)
    (context.pointee.color_primaries, context.pointee.color_trc) = (format.primaries, format.transfer)
    context.pointee.chroma_sample_location = format.chromaLocation
  }

  private func setTime(_ format: VideoFormat, _ muxer: Muxer?) {
    context.pointee.framerate = format.rate
    let frame = AVRational(num: format.rate.den, den: format.rate.num)
    context.pointee.time_base = format.timeBase
    if format.timeBase.den > codec.ticksLimit { context.pointee.time_base = AVRational(num: 1, den: 60_000) }
    if muxer?.hasConstantRate == true || codec.hasConstantRate { context.pointee.time_base = frame }
    if let tick = muxer?.container.tick, tick.num > 0 { context.pointee.time_base = tick }
    if muxer?.hasConstantRate == true || muxer?.container.beginsAtZero == true { context.pointee.max_b_frames = 0 }
  }

  private func setFlags(_ muxer: Muxer?, _ options: OutputOptions) {
    context.pointee.thread_count = VideoCodec.threads
    context.pointee.flags |= AV_CODEC_FLAG_BITEXACT
    context.pointee.strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL
    if muxer?.wantsGlobalHeader == true { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    if let scale = codec.scale {
      context.pointee.flags |= AV_CODEC_FLAG_QSCALE
      context.pointee.global_quality = Int32(scale(options.quality)) * FF_QP2LAMBDA
    }
  }
}

/// Lengths of frames by their time, while an encoder holds them: packets of some encoders carry none.
struct TickMap {
  private var entries: [(ticks: Int64, length: Int64)] = []

  mutating func put(_ ticks: Int64, _ length: Int64) { entries.append((ticks, length)) }

  mutating func take(_ ticks: Int64) -> Int64? {
    guard let index = entries.firstIndex(where: { $0.ticks == ticks }) else { return nil }
    return entries.remove(at: index).length
  }
}

/// Which format and size an encoder is given.
enum EncoderTarget {
  static func choose(
    _ codec: VideoCodec, _ encoder: UnsafePointer<AVCodec>, _ format: VideoFormat, _ options: OutputOptions
  ) -> Scaler.Target {
    let isFree = codec.playable.isEmpty || (options.keepsPixels && codec.needsEvenSize)
    let formats = isFree ? all(encoder) : codec.playable
    var list = formats + [AV_PIX_FMT_NONE]
    let chosen =
      formats.contains(format.layout.format)
      ? format.layout.format : avcodec_find_best_pix_fmt_of_list(&list, format.layout.format, 0, nil)
    return target(chosen, codec, format)
  }

  private static func target(_ chosen: AVPixelFormat, _ codec: VideoCodec, _ format: VideoFormat) -> Scaler.Target {
    let descriptor = av_pix_fmt_desc_get(chosen)!.pointee
    let isRGB = descriptor.has(AV_PIX_FMT_FLAG_RGB) || chosen == AV_PIX_FMT_PAL8
    let fromRGB = format.layout.model == .rgb
    let standard = format.height >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M
    let isFull = chosen != chosen.withoutRange || (format.range == AVCOL_RANGE_JPEG && !fromRGB) || isRGB
    func even(_ size: Int, _ shift: UInt8) -> Int { codec.needsEvenSize && shift > 0 ? size + size % 2 : size }
    return Scaler.Target(
      format: chosen, width: even(format.width, descriptor.log2_chroma_w),
      height: even(format.height, descriptor.log2_chroma_h),
      space: isRGB ? AVCOL_SPC_RGB : fromRGB ? standard : format.space,
      range: isFull ? AVCOL_RANGE_JPEG : fromRGB ? AVCOL_RANGE_MPEG : format.range)
  }

  private static func all(_ encoder: UnsafePointer<AVCodec>) -> [AVPixelFormat] {
    guard let list = FFPixelFormats(encoder) else { return [AV_PIX_FMT_YUV420P] }
    var formats: [AVPixelFormat] = []
    while list[formats.count] != AV_PIX_FMT_NONE { formats.append(list[formats.count]) }
    return formats
  }
}
