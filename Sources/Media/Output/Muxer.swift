import CFFmpeg
import Core

/// Writes packets into a container, the same bytes each time.
final class Muxer {
  let context: UnsafeMutablePointer<AVFormatContext>
  let container: Container
  private let path: String
  private var hasHeader = false
  private var lastTimes: [Int64] = []
  private var stream: OutputStream?

  /// For `path`'s extension; written to `file`.
  init(_ path: String, file: PendingFile) throws {
    self.path = path
    let format = try Muxer.format(path)
    container = Container.of(format)
    var context: UnsafeMutablePointer<AVFormatContext>?
    try check(avformat_alloc_output_context2(&context, format, nil, "file:" + file.temporary)) {
      .writing(path, detail: $0.detail)
    }
    self.context = context!
    self.context.pointee.flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_FLUSH_PACKETS | AVFMT_FLAG_CUSTOM_IO
    self.context.pointee.max_delay = 0
    self.context.pointee.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL
    if container.keepsNegativeTimes { self.context.pointee.avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED }
    guard Int32(format.pointee.flags) & AVFMT_NOFILE == 0 else { return }
    stream = OutputStream(file)
    self.context.pointee.pb = stream?.context
  }

  deinit {
    close()
    avformat_free_context(context)
  }

  /// The muxer of `path`'s extension.
  static func format(_ path: String) throws -> UnsafePointer<AVOutputFormat> {
    let ending = String(FileName.split(path).ending.dropFirst())
    guard !ending.isEmpty, let format = av_guess_format(nil, "a." + ending, nil) else {
      throw MediaError.unknownContainer(path, extension: ending)
    }
    return UnsafePointer(format)
  }

  /// FFmpeg's description of the container's format.
  var format: UnsafePointer<AVOutputFormat> { context.pointee.oformat }
  /// FFmpeg's short name of the container.
  var name: String { String(cString: format.pointee.name) }
  /// Codec headers go once into the container's header.
  var wantsGlobalHeader: Bool { format.pointee.flags & AVFMT_GLOBALHEADER != 0 }

  /// Frames follow each other at one rate only: they have no times in it.
  var hasConstantRate: Bool { container.hasConstantRate || format.pointee.flags & AVFMT_NOTIMESTAMPS != 0 }

  /// Adds an empty stream.
  func addStream() -> UnsafeMutablePointer<AVStream> { avformat_new_stream(context, nil) }

  /// Writes the header; streams may get other time bases.
  func begin(_ extra: [String: String] = [:]) throws {
    let options = container.options.merging(extra) { $0 + $1 }
    let status = withDictionary(options) { avformat_write_header(context, $0) }
    try check(status) { Muxer.failure(path, $0) }
    hasHeader = true
  }

  /// Writes `packet`, whose times are in `timeBase`, into `stream`; leaves it empty.
  func write(
    _ packet: UnsafeMutablePointer<AVPacket>, _ stream: UnsafeMutablePointer<AVStream>, _ timeBase: AVRational
  ) throws {
    packet.pointee.stream_index = stream.pointee.index
    packet.pointee.pos = -1
    av_packet_rescale_ts(packet, timeBase, stream.pointee.time_base)
    keepOrder(packet)
    try check(av_interleaved_write_frame(context, packet)) { Muxer.failure(path, $0) }
    try checkFile()
    self.stream?.countPacket()
    if isFull { throw MediaError.diskFull(path) }
  }

  /// No room is left but for the container's end.
  var isFull: Bool { stream?.isFull == true }

  /// Some sources repeat a time of sound, which containers refuse: it is moved on by a tick, as ffmpeg does.
  private func keepOrder(_ packet: UnsafeMutablePointer<AVPacket>) {
    let index = Int(packet.pointee.stream_index)
    guard packet.pointee.dts != FFNoTimestamp, isTimed(index) else { return }
    while lastTimes.count <= index { lastTimes.append(.min) }
    if packet.pointee.dts <= lastTimes[index] {
      packet.pointee.dts = lastTimes[index] + 1
      packet.pointee.pts = max(packet.pointee.pts, packet.pointee.dts)
    }
    lastTimes[index] = packet.pointee.dts
  }

  private func isTimed(_ index: Int) -> Bool {
    let type = context.pointee.streams[index]!.pointee.codecpar.pointee.codec_type
    return type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_VIDEO
  }

  /// Writes what the container wants at its end, and closes the file.
  func finish() throws {
    if hasHeader {
      hasHeader = false
      try check(av_write_trailer(context)) { Muxer.failure(path, $0) }
    }
    try checkFile()
    try check(close()) { Muxer.failure(path, $0) }
  }

  @discardableResult
  private func close() -> Int32 {
    context.pointee.pb = nil
    defer { stream = nil }
    return stream?.close() ?? 0
  }

  /// Errors of buffered writing appear here first.
  private func checkFile() throws {
    guard let file = context.pointee.pb else { return }
    try check(min(file.pointee.error, 0)) { Muxer.failure(path, $0) }
  }

  private static func failure(_ path: String, _ failure: FFmpegFailure) -> MediaError {
    MediaError.isFull(-failure.status) ? .diskFull(path) : .writing(path, detail: failure.detail)
  }
}
