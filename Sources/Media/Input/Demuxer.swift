import CFFmpeg
import Glibc

/// Reads packets of a file or stream.
final class Demuxer {
  /// What a read gave.
  enum Reading {
    /// A packet.
    case packet
    /// Nothing follows.
    case end
    /// The sender closed the connection, and had not said how much there is; `early`: by its protocol more should come.
    case closed(early: Bool)
    /// It broke off.
    case broken(FFmpegFailure)
  }

  let location: Location
  let context: UnsafeMutablePointer<AVFormatContext>
  /// Pieces that the container's reader could not make sense of.
  private(set) var damaged = 0
  /// How many bytes the source has; nil where it does not say.
  let size: Int64?
  /// Packets that FFmpeg gave.
  private var given = 0
  /// Packets that were read ahead.
  private var held: [UnsafeMutablePointer<AVPacket>] = []
  /// What sort of frame file it is.
  let kind: FileKind
  /// The frame, where FFmpeg cannot decode it.
  private let decoded: MemoryFile?
  private let watch: Watch
  private let options: InputOptions

  /// Opens `location` and looks at its streams.
  init(_ location: Location, _ options: InputOptions, _ watch: Watch) throws {
    FFmpegLog.start()
    try location.checkReadable()
    (self.location, self.options, self.watch) = (location, options, watch)
    kind = location.path.map(FileKind.init) ?? .other
    if kind == .movingWebP { throw MediaError.needsConversion(location.text, format: "an animated WebP") }
    decoded = kind == .heif ? try HEIFImage.memoryFile(location.path!) : nil
    context = try Demuxer.open(location, decoded, options, watch)
    size = context.pointee.pb.map { avio_size($0) }.flatMap { $0 >= 0 ? $0 : nil }
    try check(avformat_find_stream_info(context, nil)) { .notMedia(location.text, detail: $0.detail) }
    // FFmpeg finds the last by leaps, which may be over a gap.
    if let frames = location.frames { stream(0).pointee.duration = Int64(frames.count) }
    guard String(cString: context.pointee.iformat.pointee.name) != "tty" else {
      throw MediaError.notMedia(location.text, detail: "text")
    }
  }

  deinit {
    dropHeld()
    var context: UnsafeMutablePointer<AVFormatContext>? = context
    avformat_close_input(&context)
  }

  private static func open(
    _ location: Location, _ decoded: MemoryFile?, _ options: InputOptions, _ watch: Watch
  ) throws -> UnsafeMutablePointer<AVFormatContext> {
    var context = avformat_alloc_context()
    context?.pointee.interrupt_callback = AVIOInterruptCB(
      callback: { opaque in
        let watch = Unmanaged<Watch>.fromOpaque(opaque!).takeUnretainedValue()
        return watch.wasCancelled || watch.isLate ? 1 : 0
      }, opaque: Unmanaged.passUnretained(watch).toOpaque())
    watch.allow(location.isLive ? options.timeout : 1e6)
    let format = try reader(location, decoded)
    let status = withDictionary(location.dictionary(options)) {
      avformat_open_input(&context, decoded?.address ?? location.address, format, $0)
    }
    try check(status) { failure(opening: location, options, watch, $0) }
    return context!
  }

  /// FFmpeg's reader, where it is not to be found by what is read.
  private static func reader(_ location: Location, _ decoded: MemoryFile?) throws -> UnsafePointer<AVInputFormat>? {
    if decoded != nil { return av_find_input_format("pam_pipe") }
    if location.frames != nil { return av_find_input_format("image2") }
    return try location.device.map { try DeviceReaders.named($0.format) }
  }

  private static func failure(
    opening location: Location, _ options: InputOptions, _ watch: Watch, _ failure: FFmpegFailure
  ) -> MediaError {
    if watch.wasCancelled { return .cancelled(location.text) }
    if location.isLive, watch.isLate || failure.status == FFErrorOf(ETIMEDOUT) {
      return .timedOut(location.text, seconds: options.timeout)
    }
    if failure.status == FFErrorInvalidData { return .notMedia(location.text, detail: failure.detail) }
    return location.isAddress
      ? .unreachable(location.text, detail: failure.detail) : .unreadable(location.text, detail: failure.detail)
  }

  /// Frames come turned as their file wants it.
  var isUpright: Bool { decoded != nil }

  /// Number of streams.
  var streamCount: Int { Int(context.pointee.nb_streams) }

  /// Stream `index`.
  func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> { context.pointee.streams[index]! }

  /// Units of the streams' times.
  var timeBases: [AVRational] { (0..<streamCount).map { stream($0).pointee.time_base } }

  /// Reading may begin elsewhere.
  var canSeek: Bool { (context.pointee.pb?.pointee.seekable ?? 0) & AVIO_SEEKABLE_NORMAL != 0 }

  /// Whether it has the same streams as `other`.
  func isLike(_ other: Demuxer) -> Bool {
    streamCount == other.streamCount
      && (0..<streamCount).allSatisfy { index in
        let (a, b) = (stream(index).pointee, other.stream(index).pointee)
        return a.codecpar.pointee.codec_id == b.codecpar.pointee.codec_id
          && a.time_base.num == b.time_base.num && a.time_base.den == b.time_base.den
      }
  }

  /// The next packet. Pieces that make no sense are counted and passed over.
  func read(into packet: UnsafeMutablePointer<AVPacket>) throws -> Reading {
    guard !held.isEmpty else { return try readOn(into: packet) }
    let next = held.removeFirst()
    av_packet_move_ref(packet, next)
    freePacket(next)
    return .packet
  }

  /// Reads ahead until `count` packets of stream `index` have come, or nothing follows, and shows these to `look`.
  func peek(_ count: Int, of index: Int, _ look: (UnsafeMutablePointer<AVPacket>) -> Void) throws {
    var seen = 0
    while seen < count {
      let packet = av_packet_alloc()!
      guard case .packet = try readOn(into: packet) else { return freePacket(packet) }
      held.append(packet)
      guard packet.pointee.stream_index == index else { continue }
      look(packet)
      seen += 1
    }
  }

  /// Goes to the key packet of stream `index` at or before `ticks`.
  func seek(_ index: Int, _ ticks: Int64) {
    dropHeld()
    av_seek_frame(context, Int32(index), ticks, AVSEEK_FLAG_BACKWARD)
  }

  private func dropHeld() {
    held.forEach(freePacket)
    held = []
  }

  private func readOn(into packet: UnsafeMutablePointer<AVPacket>) throws -> Reading {
    var patience = 100
    if given == location.frames?.count { return .end }
    while true {
      watch.allow(location.isLive ? options.timeout : 1e6)
      let status = av_read_frame(context, packet)
      if status >= 0, !connectionFailed {
        given += 1
        return .packet
      }
      av_packet_unref(packet)
      if watch.wasCancelled { throw MediaError.cancelled(location.text) }
      if connectionFailed || wasClosed || status == FFErrorEnd { return endReading() }
      guard patience > 0, passOver(status) else { return .broken(failure(status)) }
      patience -= 1
    }
  }

  /// Whether reading may go on after `status`.
  private func passOver(_ status: Int32) -> Bool {
    if status == FFErrorAgain {
      usleep(5_000)
      return true
    }
    damaged += status == FFErrorInvalidData ? 1 : 0
    return status == FFErrorInvalidData
  }

  /// The bytes of a network source broke off: what a reader makes of the last of them is no packet.
  private var connectionFailed: Bool { location.isAddress && sourceStatus < 0 && !wasClosed }

  /// What became of the bytes' source; negative once it failed or ended.
  private var sourceStatus: Int32 { context.pointee.pb.map { $0.pointee.error } ?? 0 }

  /// What FFmpeg calls an error where a sender did not say how much there is, and closed the connection.
  private var wasClosed: Bool { sourceStatus == FFErrorOf(EIO) && size == nil && location.isHTTP }

  /// Some readers call a broken connection an end.
  private func endReading() -> Reading {
    if wasClosed { return .closed(early: !isOldHTTP) }
    if sourceStatus < 0, sourceStatus != FFErrorEnd { return .broken(failure(sourceStatus)) }
    return location.isAddress && size == nil ? .closed(early: false) : .end
  }

  /// HTTP/1.0, where the end of the connection is that of the file.
  private var isOldHTTP: Bool {
    var text: UnsafeMutablePointer<UInt8>?
    defer { av_free(text) }
    guard let source = context.pointee.pb, av_opt_get(source, "http_version", AV_OPT_SEARCH_CHILDREN, &text) >= 0,
      let text
    else { return false }
    return String(cString: text).hasPrefix("1.0")
  }

  private func failure(_ status: Int32) -> FFmpegFailure { FFmpegFailure(status: status, line: FFmpegLog.takeLine()) }
}
