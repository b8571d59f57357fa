import CFFmpeg

/// Sound that the container cannot carry as it is: decoded, brought to what the encoder takes, encoded.
final class ConvertedAudio: StreamPassthrough {
  private let muxer: Muxer
  private let codecs: CodecPair
  private let decoded: UnsafeMutablePointer<AVFrame> = av_frame_alloc()
  private let chunk: UnsafeMutablePointer<AVFrame> = av_frame_alloc()
  private let packet: UnsafeMutablePointer<AVPacket> = av_packet_alloc()
  private var resampler: OpaquePointer?
  private var nextSample: Int64?

  private var decoder: UnsafeMutablePointer<AVCodecContext> { codecs.decoder }
  private var encoder: UnsafeMutablePointer<AVCodecContext> { codecs.encoder }
  private var name: String { codecs.name }

  /// From `source` to the codec `id` in a new stream of `muxer`; nil when either codec is missing.
  init?(_ source: UnsafeMutablePointer<AVStream>, to id: AVCodecID, _ muxer: Muxer) throws {
    guard let codecs = try CodecPair(source, to: id, muxer) else { return nil }
    (self.codecs, self.muxer) = (codecs, muxer)
    try openEncoder()
  }

  deinit {
    freeFrame(decoded)
    freeFrame(chunk)
    freePacket(packet)
    swr_free(&resampler)
  }

  func take(_ packet: UnsafeMutablePointer<AVPacket>) throws {
    avcodec_send_packet(decoder, packet)
    av_packet_unref(packet)
    try convertDecoded()
  }

  func finish() throws {
    avcodec_send_packet(decoder, nil)
    try convertDecoded()
    if resampler != nil { try encodeChunks(isLast: true) }
    try send(nil)
  }

  private func openEncoder() throws {
    encoder.pointee.sample_rate = ConvertedAudio.rate(codecs.codec, decoder.pointee.sample_rate)
    encoder.pointee.sample_fmt = FFSampleFormats(codecs.codec)?[0] ?? AV_SAMPLE_FMT_S16
    av_channel_layout_default(&encoder.pointee.ch_layout, min(decoder.pointee.ch_layout.nb_channels, 8))
    encoder.pointee.bit_rate = Int64(64_000 * encoder.pointee.ch_layout.nb_channels)
    encoder.pointee.time_base = AVRational(num: 1, den: encoder.pointee.sample_rate)
    encoder.pointee.flags |= AV_CODEC_FLAG_BITEXACT
    encoder.pointee.thread_count = 1
    try codecs.openEncoder()
  }

  /// The encoder's rate nearest above the source's, else its highest.
  private static func rate(_ codec: UnsafePointer<AVCodec>, _ wanted: Int32) -> Int32 {
    guard let list = FFSampleRates(codec) else { return wanted }
    var rates: [Int32] = []
    while list[rates.count] != 0 { rates.append(list[rates.count]) }
    return rates.filter { $0 >= wanted }.min() ?? rates.max() ?? wanted
  }

  private func convertDecoded() throws {
    while avcodec_receive_frame(decoder, decoded) >= 0 {
      try beginIfNeeded()
      try fillGap()
      try feed(decoded)
      av_frame_unref(decoded)
      try encodeChunks(isLast: false)
    }
  }

  private func beginIfNeeded() throws {
    guard resampler == nil else { return }
    let status = swr_alloc_set_opts2(
      &resampler, &encoder.pointee.ch_layout, encoder.pointee.sample_fmt, encoder.pointee.sample_rate,
      &decoded.pointee.ch_layout, AVSampleFormat(decoded.pointee.format), decoded.pointee.sample_rate, 0, nil)
    try check(status) { .encoder(name, detail: $0.detail) }
    try check(swr_init(resampler)) { .encoder(name, detail: $0.detail) }
    let start = decoded.pointee.best_effort_timestamp
    nextSample = start == FFNoTimestamp ? 0 : av_rescale_q(start, codecs.sourceBase, encoder.pointee.time_base)
  }

  /// Silence where the source has a gap of more than a tenth of a second.
  private func fillGap() throws {
    guard decoded.pointee.best_effort_timestamp != FFNoTimestamp, let next = nextSample else { return }
    let time = av_rescale_q(decoded.pointee.best_effort_timestamp, codecs.sourceBase, encoder.pointee.time_base)
    let gap = time - (next + swr_get_delay(resampler, Int64(encoder.pointee.sample_rate)))
    guard gap > Int64(encoder.pointee.sample_rate / 10), gap < Int64(encoder.pointee.sample_rate) * 3600 else { return }
    try check(swr_inject_silence(resampler, Int32(gap))) { .encoder(name, detail: $0.detail) }
  }

  private func feed(_ frame: UnsafeMutablePointer<AVFrame>) throws {
    let data = UnsafeMutableRawPointer(frame.pointee.extended_data)!.assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    try check(swr_convert(resampler, nil, 0, data, frame.pointee.nb_samples)) { .encoder(name, detail: $0.detail) }
  }

  private var chunkSamples: Int32 { encoder.pointee.frame_size > 0 ? encoder.pointee.frame_size : 1024 }

  private func encodeChunks(isLast: Bool) throws {
    while swr_get_out_samples(resampler, 0) >= (isLast ? 1 : chunkSamples + 64) {
      guard try fillChunk(min(chunkSamples, isLast ? max(1, swr_get_out_samples(resampler, 0)) : chunkSamples)) else {
        return
      }
      try send(chunk)
      av_frame_unref(chunk)
    }
  }

  /// Fills the chunk with up to `samples` samples; false when none is left.
  private func fillChunk(_ samples: Int32) throws -> Bool {
    chunk.pointee.format = encoder.pointee.sample_fmt.rawValue
    chunk.pointee.sample_rate = encoder.pointee.sample_rate
    av_channel_layout_copy(&chunk.pointee.ch_layout, &encoder.pointee.ch_layout)
    chunk.pointee.nb_samples = samples
    try check(av_frame_get_buffer(chunk, 0)) { .encoder(name, detail: $0.detail) }
    let count = swr_convert(resampler, chunk.pointee.extended_data, samples, nil, 0)
    try check(count) { .encoder(name, detail: $0.detail) }
    chunk.pointee.nb_samples = count
    chunk.pointee.pts = nextSample ?? 0
    nextSample = (nextSample ?? 0) + Int64(count)
    if count == 0 { av_frame_unref(chunk) }
    return count > 0
  }

  private func send(_ frame: UnsafeMutablePointer<AVFrame>?) throws {
    try check(avcodec_send_frame(encoder, frame)) { .encoder(name, detail: $0.detail) }
    while true {
      let status = avcodec_receive_packet(encoder, packet)
      if status == FFErrorAgain || status == FFErrorEnd { return }
      try check(status) { .encoder(name, detail: $0.detail) }
      try muxer.write(packet, codecs.stream, encoder.pointee.time_base)
    }
  }
}
