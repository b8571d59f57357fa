import CFFmpeg

/// Text subtitles in another form, through FFmpeg's common one (ASS).
final class ConvertedSubtitle: PassedStream {
  private let muxer: Muxer
  private let stream: UnsafeMutablePointer<AVStream>
  private let decoder: UnsafeMutablePointer<AVCodecContext>
  private let encoder: UnsafeMutablePointer<AVCodecContext>
  private let packet: UnsafeMutablePointer<AVPacket> = av_packet_alloc()
  private let sourceBase: AVRational
  private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: ConvertedSubtitle.capacity)
  private static let capacity = 1 << 20
  private static let milliseconds = AVRational(num: 1, den: 1000)

  /// From `source` to the codec `id` in a new stream of `muxer`; nil when it is no text or a codec is missing.
  init?(_ source: UnsafeMutablePointer<AVStream>, to id: AVCodecID, _ muxer: Muxer) throws {
    let parameters = source.pointee.codecpar!
    guard ConvertedSubtitle.isText(parameters.pointee.codec_id),
      let input = avcodec_find_decoder(parameters.pointee.codec_id), let output = avcodec_find_encoder(id),
      let decoder = avcodec_alloc_context3(input), let encoder = avcodec_alloc_context3(output)
    else { return nil }
    (self.muxer, self.decoder, self.encoder, sourceBase) = (muxer, decoder, encoder, source.pointee.time_base)
    stream = muxer.addStream()
    avcodec_parameters_to_context(decoder, parameters)
    decoder.pointee.pkt_timebase = sourceBase
    try check(avcodec_open2(decoder, input, nil)) { .encoder(codecName(id), detail: $0.detail) }
    try openEncoder(output)
    stream.copyDescription(of: source)
  }

  deinit {
    buffer.deallocate()
    freePacket(packet)
    var contexts: [UnsafeMutablePointer<AVCodecContext>?] = [decoder, encoder]
    for index in contexts.indices { avcodec_free_context(&contexts[index]) }
  }

  private static func isText(_ id: AVCodecID) -> Bool {
    avcodec_descriptor_get(id).map { $0.pointee.props & AV_CODEC_PROP_TEXT_SUB != 0 } ?? false
  }

  private func openEncoder(_ codec: UnsafePointer<AVCodec>) throws {
    encoder.pointee.time_base = ConvertedSubtitle.milliseconds
    let size = Int(decoder.pointee.subtitle_header_size)
    if size > 0, let header = av_mallocz(size + 1)?.assumingMemoryBound(to: UInt8.self) {
      header.update(from: decoder.pointee.subtitle_header, count: size)
      encoder.pointee.subtitle_header = header
      encoder.pointee.subtitle_header_size = Int32(size)
    }
    if muxer.wantsGlobalHeader { encoder.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    try check(avcodec_open2(encoder, codec, nil)) { .encoder(String(cString: codec.pointee.name), detail: $0.detail) }
    avcodec_parameters_from_context(stream.pointee.codecpar, encoder)
    stream.pointee.time_base = ConvertedSubtitle.milliseconds
  }

  func take(_ source: UnsafeMutablePointer<AVPacket>) throws {
    defer { av_packet_unref(source) }
    var (subtitle, isThere) = (AVSubtitle(), Int32(0))
    guard avcodec_decode_subtitle2(decoder, &subtitle, &isThere, source) >= 0, isThere != 0 else { return }
    defer { avsubtitle_free(&subtitle) }
    try write(&subtitle, source)
  }

  func finish() {}

  private func write(_ subtitle: inout AVSubtitle, _ source: UnsafeMutablePointer<AVPacket>) throws {
    guard subtitle.num_rects > 0 else { return }
    let start = av_rescale_q(source.pointee.pts, sourceBase, ConvertedSubtitle.milliseconds)
    let length = av_rescale_q(source.pointee.duration, sourceBase, ConvertedSubtitle.milliseconds)
    subtitle.pts = start * 1000
    subtitle.start_display_time = 0
    let size = avcodec_encode_subtitle(encoder, buffer, Int32(ConvertedSubtitle.capacity), &subtitle)
    try check(size) { .encoder(codecName(encoder.pointee.codec_id), detail: $0.detail) }
    guard av_new_packet(packet, size) >= 0 else { return }
    packet.pointee.data.update(from: buffer, count: Int(size))
    (packet.pointee.pts, packet.pointee.dts, packet.pointee.duration) = (start, start, length)
    try muxer.write(packet, stream, ConvertedSubtitle.milliseconds)
  }
}
