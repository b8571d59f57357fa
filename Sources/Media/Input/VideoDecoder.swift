import CFFmpeg

/// Turns packets of one video stream into frames.
final class VideoDecoder {
  /// What a call for a frame gave.
  enum Step {
    case avFrame
    case needsPacket
    case end
  }

  /// Packets that gave an error, and frames that the decoder calls corrupt.
  private(set) var corrupt = 0
  let context: UnsafeMutablePointer<AVCodecContext>

  /// A decoder for `stream` with a few threads, since each of them holds frames.
  init(_ stream: UnsafeMutablePointer<AVStream>, threads: Int, location: String) throws {
    let parameters = stream.pointee.codecpar!
    guard let codec = VideoDecoder.codec(for: stream), let context = avcodec_alloc_context3(codec) else {
      throw MediaError.noDecoder(location, codec: codecName(parameters.pointee.codec_id))
    }
    self.context = context
    avcodec_parameters_to_context(context, parameters)
    context.pointee.pkt_timebase = stream.pointee.time_base
    context.pointee.thread_count = Int32(threads)
    context.pointee.thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE
    try check(avcodec_open2(context, codec, nil)) { .undecodable(location, detail: $0.detail) }
  }

  /// A decoder without delay for a camera's frames, one a packet; nil when this FFmpeg has none.
  init?(live id: AVCodecID, width: Int, height: Int) {
    guard let codec = avcodec_find_decoder(id), let context = avcodec_alloc_context3(codec) else { return nil }
    self.context = context
    (context.pointee.width, context.pointee.height) = (Int32(width), Int32(height))
    context.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY
    context.pointee.thread_count = 1
    guard avcodec_open2(context, codec, nil) >= 0 else { return nil }
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&context)
  }

  /// VP8 and VP9 with alpha need libvpx: FFmpeg's own decoders pass the alpha over.
  private static func codec(for stream: UnsafeMutablePointer<AVStream>) -> UnsafePointer<AVCodec>? {
    let id = stream.pointee.codecpar.pointee.codec_id
    if av_dict_get(stream.pointee.metadata, "alpha_mode", nil, 0) != nil {
      let names = [AV_CODEC_ID_VP8: "libvpx", AV_CODEC_ID_VP9: "libvpx-vp9"]
      if let name = names[id], let codec = avcodec_find_decoder_by_name(name) { return codec }
    }
    return avcodec_find_decoder(id)
  }

  /// The next frame, if the packets so far give one. Errors are counted and passed over.
  func receive(into avFrame: UnsafeMutablePointer<AVFrame>) -> Step {
    while true {
      switch avcodec_receive_frame(context, avFrame) {
      case FFErrorAgain: return .needsPacket
      case FFErrorEnd: return .end
      case 0...:
        if avFrame.isDamaged { corrupt += 1 }
        if FFFrameMark(avFrame) == VideoDecoder.untimed {
          avFrame.pointee.best_effort_timestamp = FFNoTimestamp
        }
        return .avFrame
      default: corrupt += 1
      }
    }
  }

  /// What frames carry whose packets say no time: FFmpeg would give them that of a later packet.
  private static let untimed: Int64 = 1

  /// Takes a packet; nil: nothing follows.
  func send(_ packet: UnsafeMutablePointer<AVPacket>?) {
    if let packet, context.pointee.codec_id == AV_CODEC_ID_WEBP { WebPChunks.cutBehindImage(packet) }
    let isUntimed = packet.map { $0.decodingTime == FFNoTimestamp } ?? false
    FFMarkPacket(context, packet, isUntimed ? VideoDecoder.untimed : 0)
    let status = avcodec_send_packet(context, packet)
    if status < 0, status != FFErrorEnd { corrupt += 1 }
  }
}

extension UnsafeMutablePointer where Pointee == AVFrame {
  /// The decoder made up parts of it.
  fileprivate var isDamaged: Bool { pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 || pointee.decode_error_flags != 0 }
}

/// FFmpeg's name of a codec.
func codecName(_ id: AVCodecID) -> String { String(cString: avcodec_get_name(id)) }

extension AVCodecID: @retroactive Hashable {}
