import CFFmpeg

/// What a container by its extension asks for beyond FFmpeg's own defaults.
struct Container: Sendable {
  /// FFmpeg's short names of muxers.
  let names: [String]
  /// Video codec without `--codec`, by its name there; nil: FFmpeg's default for the name's ending.
  var video: String?
  /// Sound that is converted becomes this; nil: FFmpeg's default.
  var audio: AVCodecID?
  /// Text subtitles that are converted become this; nil: none are carried.
  var subtitle: AVCodecID?
  /// Codecs it carries and FFmpeg does not say so.
  var carries: [AVCodecID] = []
  /// What streams of a codec are called, where players take one of its names alone.
  var tags: [AVCodecID: String] = [:]
  /// Attached files are carried.
  var takesAttachments = false
  /// Frames follow each other at one rate only, without times of their own.
  var hasConstantRate = false
  /// Sound or frames may begin before zero as they are.
  var keepsNegativeTimes = false
  /// Nothing in it may be before zero, the times at which frames are decoded among them: FFmpeg would move everything on.
  var beginsAtZero = false
  /// Largest unit of its times; zero: any.
  var tick = AVRational(num: 0, den: 1)
  /// A file that was cut off plays up to there.
  var isReadableUnfinished = false
  /// Muxer options.
  var options: [String: String] = [:]

  /// Clusters of Matroska reach the file when they are whole: in a second a kill loses no more.
  private static let oneSecond = ["cluster_time_limit": "1000"]

  /// All that differ; what a container that is not here takes, and takes by default, FFmpeg says.
  static let table: [Container] = [
    Container(
      names: ["mp4", "mov", "ipod", "3gp", "3g2", "psp", "f4v"], video: "h264", audio: AV_CODEC_ID_AAC,
      subtitle: AV_CODEC_ID_MOV_TEXT, tags: [AV_CODEC_ID_HEVC: "hvc1"],
      options: ["movflags": "+faststart"]),
    Container(
      names: ["matroska"], video: "h264", audio: AV_CODEC_ID_AAC, subtitle: AV_CODEC_ID_ASS, takesAttachments: true,
      keepsNegativeTimes: true, isReadableUnfinished: true, options: oneSecond),
    Container(
      names: ["webm"], video: "vp9", audio: AV_CODEC_ID_OPUS, subtitle: AV_CODEC_ID_WEBVTT, keepsNegativeTimes: true,
      isReadableUnfinished: true, options: oneSecond),
    Container(
      names: ["mpegts"], video: "h264", audio: AV_CODEC_ID_AAC,
      carries: [
        AV_CODEC_ID_AAC, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_DTS,
        AV_CODEC_ID_OPUS, AV_CODEC_ID_TRUEHD, AV_CODEC_ID_DVB_SUBTITLE, AV_CODEC_ID_DVB_TELETEXT, AV_CODEC_ID_H264,
        AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4,
      ], beginsAtZero: true, isReadableUnfinished: true, options: ["mpegts_copyts": "1"]),
    Container(names: ["avi"], video: "h264", audio: AV_CODEC_ID_MP3, hasConstantRate: true),
    Container(names: ["flv"], video: "h264", audio: AV_CODEC_ID_AAC, beginsAtZero: true, isReadableUnfinished: true),
    Container(names: ["ogg", "ogv"], audio: AV_CODEC_ID_VORBIS),
    Container(names: ["gif"], tick: AVRational(num: 1, den: 100)),
    Container(
      names: ["nut"], video: "h264", audio: AV_CODEC_ID_AAC, carries: [AV_CODEC_ID_FFV1], isReadableUnfinished: true),
    Container(
      names: ["mpeg", "vob", "svcd", "dvd", "vcd"], video: "mpeg2", audio: AV_CODEC_ID_MP2,
      carries: [AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3]),
    Container(names: ["yuv4mpegpipe"], hasConstantRate: true),
    Container(names: ["asf"], video: "mpeg4", audio: AV_CODEC_ID_MP3, beginsAtZero: true),
    Container(names: ["mxf"], video: "mpeg2", audio: AV_CODEC_ID_PCM_S16LE),
  ]

  /// The row of a muxer.
  static func of(_ format: UnsafePointer<AVOutputFormat>) -> Container {
    let name = String(cString: format.pointee.name)
    return table.first { $0.names.contains(name) } ?? Container(names: [name])
  }

  /// What streams of `codec` are called in it; 0: by FFmpeg's default.
  func tag(of codec: AVCodecID) -> UInt32 { tags[codec]?.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) } ?? 0 }

  /// Whether packets of `codec` go into it as they are.
  func takes(_ codec: AVCodecID, _ format: UnsafePointer<AVOutputFormat>) -> Bool {
    carries.contains(codec) || avformat_query_codec(format, codec, FF_COMPLIANCE_NORMAL) == 1
  }
}
