import CFFmpeg

/// Text subtitles in another form, through FFmpeg's common one (ASS).
final class ConvertedSubtitle: StreamPassthrough {
  private let muxer: Muxer
  private let codecs: CodecPair
  private let packet: UnsafeMutablePointer<AVPacket> = av_packet_alloc()
  private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: ConvertedSubtitle.capacity)
  private static let capacity = 1 << 20
  private static let milliseconds = AVRational(num: 1, den: 1000)

  /// From `source` to the codec `id` in a new stream of `muxer`; nil when it is no text or a codec is missing.
  init?(_ source: UnsafeMutablePointer<AVStream>, to id: AVCodecID, _ muxer: Muxer) throws {
    guard ConvertedSubtitle.isText(source.pointee.codecpar.pointee.codec_id),
      let codecs = try CodecPair(source, to: id, muxer)
    else { return nil }
    (self.codecs, self.muxer) = (codecs, muxer)
    try openEncoder()
  }

  deinit {
    buffer.deallocate()
    freePacket(packet)
  }

  /// Whether subtitles of this codec are text; else they are frames.
  static func isText(_ id: AVCodecID) -> Bool {
    avcodec_descriptor_get(id).map { $0.pointee.props & AV_CODEC_PROP_TEXT_SUB != 0 } ?? false
  }

  private func openEncoder() throws {
    let (decoder, encoder) = (codecs.decoder, codecs.encoder)
    encoder.pointee.time_base = ConvertedSubtitle.milliseconds
    let size = Int(decoder.pointee.subtitle_header_size)
    if size > 0, let header = av_mallocz(size + 1)?.assumingMemoryBound(to: UInt8.self) {
      header.update(from: decoder.pointee.subtitle_header, count: size)
      encoder.pointee.subtitle_header = header
      encoder.pointee.subtitle_header_size = Int32(size)
    }
    try codecs.openEncoder()
  }

  func take(_ source: UnsafeMutablePointer<AVPacket>) throws {
    defer { av_packet_unref(source) }
    var (subtitle, isThere) = (AVSubtitle(), Int32(0))
    guard avcodec_decode_subtitle2(codecs.decoder, &subtitle, &isThere, source) >= 0, isThere != 0 else { return }
    defer { avsubtitle_free(&subtitle) }
    try write(&subtitle, source)
  }

  func finish() {}

  private func write(_ subtitle: inout AVSubtitle, _ source: UnsafeMutablePointer<AVPacket>) throws {
    guard subtitle.num_rects > 0, source.pointee.pts != FFNoTimestamp else { return }
    let start = av_rescale_q(source.pointee.pts, codecs.sourceBase, ConvertedSubtitle.milliseconds)
    let length = av_rescale_q(source.pointee.duration, codecs.sourceBase, ConvertedSubtitle.milliseconds)
    subtitle.pts = start * 1000
    subtitle.start_display_time = 0
    let size = avcodec_encode_subtitle(codecs.encoder, buffer, Int32(ConvertedSubtitle.capacity), &subtitle)
    try check(size) { .encoder(codecs.name, detail: $0.detail) }
    guard av_new_packet(packet, size) >= 0 else { return }
    packet.pointee.data.update(from: buffer, count: Int(size))
    (packet.pointee.pts, packet.pointee.dts, packet.pointee.duration) = (start, start, length)
    try muxer.write(packet, codecs.stream, ConvertedSubtitle.milliseconds)
  }
}
