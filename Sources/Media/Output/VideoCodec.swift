import CFFmpeg
import Glibc

/// One row: a name for `--codec` and how its encoder is set.
struct VideoCodec: Sendable {
  /// Name for `--codec`.
  let name: String
  /// FFmpeg's name of the encoder.
  let encoder: String
  /// Formats that players take; empty: the encoder's nearest to the source.
  var playable: [AVPixelFormat] = []
  /// Subsampled planes need even sizes.
  var needsEvenSize = false
  /// Largest denominator of its time base.
  var ticksLimit = Int32.max
  /// Frames follow each other at one rate only.
  var hasConstantRate = false
  /// What its encoder reads of the environment to keep from the terminal.
  var quiet: (variable: String, value: String)?
  /// Encoder options for a quality from 0 to 100.
  var options: @Sendable (_ quality: Int) -> [String: String] = { _ in [:] }
  /// `qscale` for a quality from 0 to 100; nil: the encoder has none.
  var scale: (@Sendable (_ quality: Int) -> Int)?

  /// Threads of every encoder: a constant, since the output of some depends on it.
  static let threads: Int32 = 4

  /// x264 in threads writes other bytes in some of its runs where it uses AVX-512 (decoded frames are the same), and other bytes than
  /// with AVX2 in all of them: one instruction set, which every processor that runs Mien has, gives the same file everywhere.
  #if arch(x86_64)
    private static let x264Parameters = "asm=avx2"
  #else
    private static let x264Parameters = ""
  #endif

  /// Constant rate factor: 20 at quality 80, 15 at 100, 40 at 0.
  static func rateFactor(_ quality: Int) -> String { String(40 - quality / 4) }
  /// MPEG quantiser: 2 (best) to 31.
  static func quantiser(_ quality: Int) -> Int { 2 + (100 - quality) * 29 / 100 }

  /// What JPEG decoders expect.
  private static let fullRange = [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P]

  /// What YUV4MPEG takes.
  private static let planar = [
    AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV411P, AV_PIX_FMT_GRAY8,
  ]

  /// The codecs by name.
  static let table: [VideoCodec] = [
    VideoCodec(name: "h264", encoder: "libx264", playable: [AV_PIX_FMT_YUV420P], needsEvenSize: true) {
      ["crf": rateFactor($0), "preset": "veryfast", "profile": "high", "x264-params": x264Parameters]
    },
    VideoCodec(name: "hevc", encoder: "libx265", needsEvenSize: true) {
      ["crf": rateFactor($0), "preset": "fast", "x265-params": "log-level=error:pools=none:frame-threads=1:info=0"]
    },
    VideoCodec(name: "vp9", encoder: "libvpx-vp9", playable: [AV_PIX_FMT_YUV420P]) {
      ["crf": String(63 - $0 / 2), "b": "0", "deadline": "good", "cpu-used": "5"]
    },
    VideoCodec(name: "vp8", encoder: "libvpx") {
      ["crf": String(50 - $0 / 2), "b": "4M", "deadline": "good", "cpu-used": "4"]
    },
    VideoCodec(name: "av1", encoder: "libsvtav1", needsEvenSize: true, quiet: ("SVT_LOG", "1")) {
      ["crf": String(63 - $0 / 2), "preset": "9", "svtav1-params": "lp=2"]
    },
    VideoCodec(name: "mpeg4", encoder: "mpeg4", ticksLimit: 65535, scale: quantiser),
    VideoCodec(name: "mpeg2", encoder: "mpeg2video", hasConstantRate: true, scale: quantiser),
    VideoCodec(name: "mpeg1", encoder: "mpeg1video", hasConstantRate: true, scale: quantiser),
    VideoCodec(name: "theora", encoder: "libtheora", hasConstantRate: true, scale: { $0 / 10 }),
    VideoCodec(name: "mjpeg", encoder: "mjpeg", playable: fullRange, scale: quantiser),
    VideoCodec(name: "prores", encoder: "prores_ks", needsEvenSize: true),
    VideoCodec(name: "ffv1", encoder: "ffv1"),
    VideoCodec(name: "y4m", encoder: "wrapped_avframe", playable: planar),
    VideoCodec(name: "gif", encoder: "gif", playable: [AV_PIX_FMT_PAL8]),
    VideoCodec(name: "apng", encoder: "apng"),
    VideoCodec(name: "png", encoder: "png"),
    VideoCodec(name: "jpeg", encoder: "mjpeg", playable: fullRange, scale: { 1 + (100 - $0) * 30 / 100 }),
    VideoCodec(name: "webp", encoder: "libwebp") { ["quality": String($0)] },
    VideoCodec(name: "bmp", encoder: "bmp"),
    VideoCodec(name: "tiff", encoder: "tiff"),
    VideoCodec(name: "ppm", encoder: "ppm"),
  ]

  /// The row of that name, or one made up for an encoder that FFmpeg has by it.
  static func named(_ name: String) throws -> VideoCodec {
    let wanted = ["h265": "hevc", "avc": "h264", "x264": "h264", "x265": "hevc", "jpg": "jpeg"][name] ?? name
    if let row = table.first(where: { $0.name == wanted || $0.encoder == wanted }) { return row }
    guard let encoder = avcodec_find_encoder_by_name(name), encoder.pointee.type == AVMEDIA_TYPE_VIDEO else {
      throw MediaError.unknownCodec(name, known: table.map(\.name))
    }
    return VideoCodec(name: name, encoder: name, needsEvenSize: true)
  }

  /// That of files that end as `path` does: of the container's row, else FFmpeg's default.
  static func usual(for path: String, _ format: UnsafePointer<AVOutputFormat>) throws -> VideoCodec {
    if let name = Container.of(format).video { return try named(name) }
    let id = av_guess_codec(format, nil, path, nil, AVMEDIA_TYPE_VIDEO)
    if let row = table.first(where: { avcodec_find_encoder_by_name($0.encoder)?.pointee.id == id }) { return row }
    guard let encoder = avcodec_find_encoder(id) else {
      throw MediaError.noEncoder(path, codec: codecName(id))
    }
    return try named(String(cString: encoder.pointee.name))
  }

  /// FFmpeg's encoder.
  func find() throws -> UnsafePointer<AVCodec> {
    if let quiet { setenv(quiet.variable, quiet.value, 0) }
    guard let found = avcodec_find_encoder_by_name(encoder) else {
      throw MediaError.unknownCodec(name, known: VideoCodec.table.map(\.name))
    }
    return found
  }
}
