import CFFmpeg

/// The decoder and the encoder of a stream that is converted, and the stream that it becomes.
final class CodecPair {
  /// Open.
  let decoder: UnsafeMutablePointer<AVCodecContext>
  /// To be set up, then opened.
  let encoder: UnsafeMutablePointer<AVCodecContext>
  /// The encoder's kind.
  let codec: UnsafePointer<AVCodec>
  /// Of the output.
  let stream: UnsafeMutablePointer<AVStream>
  /// Unit of the source's times.
  let sourceBase: AVRational
  private let muxer: Muxer

  /// From `source` to the codec `id` in a new stream of `muxer`; nil when either codec is missing.
  init?(_ source: UnsafeMutablePointer<AVStream>, to id: AVCodecID, _ muxer: Muxer) throws {
    let parameters = source.pointee.codecpar!
    guard let input = avcodec_find_decoder(parameters.pointee.codec_id), let output = avcodec_find_encoder(id),
      let decoder = avcodec_alloc_context3(input), let encoder = avcodec_alloc_context3(output)
    else { return nil }
    (self.decoder, self.encoder, self.muxer) = (decoder, encoder, muxer)
    (codec, sourceBase) = (output, source.pointee.time_base)
    stream = muxer.addStream()
    stream.copyDescription(of: source)
    avcodec_parameters_to_context(decoder, parameters)
    decoder.pointee.pkt_timebase = sourceBase
    try check(avcodec_open2(decoder, input, nil)) { .encoder(codecName(id), detail: $0.detail) }
  }

  deinit {
    var contexts: [UnsafeMutablePointer<AVCodecContext>?] = [decoder, encoder]
    for index in contexts.indices { avcodec_free_context(&contexts[index]) }
  }

  /// FFmpeg's name of what the stream becomes.
  var name: String { codecName(codec.pointee.id) }

  /// Opens the encoder as it is set up now, and describes the stream by it.
  func openEncoder() throws {
    if muxer.wantsGlobalHeader { encoder.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    try check(avcodec_open2(encoder, codec, nil)) { .encoder(name, detail: $0.detail) }
    avcodec_parameters_from_context(stream.pointee.codecpar, encoder)
    stream.pointee.time_base = encoder.pointee.time_base
  }
}
