import CFFmpeg
import Core

/// Somewhere that frames go.
protocol OutputTarget: AnyObject {
  /// What is not as in the source.
  var warnings: [MediaWarning] { get }
  /// Takes one frame.
  func take(_ frame: MediaFrame) throws
  /// Completes what was written.
  func finish() throws
  /// Completes what can be completed after something went wrong. False where nothing was written that is worth keeping.
  func salvage() -> Bool
}

/// A container with encoded frames, and the source's other streams where there is a source.
final class MovieTarget: OutputTarget {
  private(set) var warnings: [MediaWarning] = []
  private let muxer: Muxer
  private let encoder: VideoEncoder
  private var stream: UnsafeMutablePointer<AVStream>
  private var passed: [Int: any StreamPassthrough] = [:]
  private let queue: PacketQueue?
  private let packet: UnsafeMutablePointer<AVPacket> = av_packet_alloc()
  private let timing: OutputTiming
  private let options: OutputOptions
  private var hasFrames = false

  init(_ path: String, file: PendingFile, _ format: VideoFormat, _ input: MediaInput?, _ options: OutputOptions) throws
  {
    self.options = options
    muxer = try Muxer(path, file: file)
    let codec = try options.codec.map(VideoCodec.named) ?? VideoCodec.usual(for: path, muxer.format)
    queue = input?.others
    timing = OutputTiming(format.timeBase, input, beginsAtZero: muxer.container.beginsAtZero)
    encoder = try VideoEncoder(codec, format, muxer, options, path)
    guard muxer.container.takes(encoder.context.pointee.codec_id, muxer.format) else {
      throw MediaError.codecNotInContainer(codec: codec.name, container: muxer.name)
    }
    stream = UnsafeMutablePointer(bitPattern: 8)!
    try addStreams(input)
    noteChanges(format)
    try muxer.begin(input.map { muxer.copyHeader(of: $0, withMetadata: !options.leavesOutMetadata) } ?? [:])
  }

  deinit { freePacket(packet) }

  func take(_ frame: MediaFrame) throws {
    try passPackets(upTo: frame.packetsBefore)
    try encoder.encode(frame, timing.moved(frame.ticks)) { try write($0) }
  }

  func finish() throws {
    try finishStreams()
    try muxer.finish()
  }

  private func finishStreams() throws {
    try encoder.finish { try write($0) }
    try passPackets(upTo: .max)
    for index in passed.keys.sorted() { try passed[index]!.finish() }
  }

  /// On a full disk there is room for the container's end alone: what encoders hold is given up.
  func salvage() -> Bool {
    let isWhole = !muxer.isFull && (try? finishStreams()) != nil
    let isClosed = (try? muxer.finish()) != nil
    return hasFrames && (isWhole || isClosed || muxer.container.isReadableUnfinished)
  }

  private func write(_ packet: UnsafeMutablePointer<AVPacket>) throws {
    hasFrames = true
    try muxer.write(packet, stream, encoder.context.pointee.time_base)
  }

  private func passPackets(upTo mark: Int) throws {
    while let queue, queue.take(upTo: mark, into: packet) {
      let index = Int(packet.pointee.stream_index)
      guard let target = passed[index], timing.move(packet) else {
        av_packet_unref(packet)
        continue
      }
      try target.take(packet)
    }
  }

  /// In the source's order, the frames among them.
  private func addStreams(_ input: MediaInput?) throws {
    guard let input else { return addVideo(nil) }
    for info in input.info.streams {
      if info.index == input.info.video { addVideo(input.reader.stream) } else { try add(info, input) }
    }
  }

  private func addVideo(_ source: UnsafeMutablePointer<AVStream>?) {
    stream = muxer.addStream()
    avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context)
    let tag = muxer.container.tag(of: encoder.context.pointee.codec_id)
    if tag != 0 { stream.pointee.codecpar.pointee.codec_tag = tag }
    stream.pointee.time_base = encoder.context.pointee.time_base
    stream.pointee.avg_frame_rate = encoder.context.pointee.framerate
    stream.pointee.sample_aspect_ratio = encoder.context.pointee.sample_aspect_ratio
    if let source { stream.copyDescription(of: source, isImage: true) }
  }

  private func add(_ info: StreamInfo, _ input: MediaInput) throws {
    let source = input.reader.demuxer.stream(info.index)
    if options.leavesOutSound, info.kind == .audio { return }
    if options.leavesOutImages, StreamPlan.mayShowImages(info, source) {
      return warnings.append(.withheld(stream: info.index, kind: info.kind, codec: info.codec))
    }
    switch StreamPlan(info, source, muxer) {
    case .silent: break
    case .leaveOut:
      warnings.append(.leftOut(stream: info.index, kind: info.kind, codec: info.codec, container: muxer.name))
    case .copy: passed[info.index] = CopiedStream(source, muxer)
    case .attach: muxer.attach(source)
    case .convert(let id): try convert(info, source, id)
    }
  }

  private func convert(_ info: StreamInfo, _ source: UnsafeMutablePointer<AVStream>, _ id: AVCodecID) throws {
    let made: (any StreamPassthrough)? =
      info.kind == .audio
      ? try ConvertedAudio(source, to: id, muxer) : try ConvertedSubtitle(source, to: id, muxer)
    if let made {
      passed[info.index] = made
      warnings.append(.converted(stream: info.index, kind: info.kind, from: info.codec, to: codecName(id)))
    } else {
      warnings.append(.leftOut(stream: info.index, kind: info.kind, codec: info.codec, container: muxer.name))
    }
  }

  private func noteChanges(_ format: VideoFormat) {
    let target = encoder.target
    if target.width != format.width || target.height != format.height {
      warnings.append(.padded(width: target.width, height: target.height))
    }
    let lost = PixelLayout(target.format.withoutRange).map { $0.isCoarser(than: format.layout) } ?? false
    if lost { warnings.append(.reducedPixels(from: name(of: format.layout.format), to: name(of: target.format))) }
  }
}

extension PixelLayout {
  /// Fewer bits, or a chroma sample for more pixels; that video is not stored as RGB is no loss to speak of.
  func isCoarser(than other: PixelLayout) -> Bool {
    depth < other.depth
      || (other.model == .yuv && (chromaShiftX > other.chromaShiftX || chromaShiftY > other.chromaShiftY))
  }
}

/// What becomes of a stream of the source.
enum StreamPlan {
  case copy
  case convert(AVCodecID)
  /// A cover becomes an attached file.
  case attach
  case leaveOut
  /// Written anew from chapters or metadata.
  case silent

  init(_ info: StreamInfo, _ source: UnsafeMutablePointer<AVStream>, _ muxer: Muxer) {
    let (codec, container) = (source.pointee.codecpar.pointee.codec_id, muxer.container)
    switch info.kind {
    case .attachment: self = StreamPlan.attachment(source, muxer)
    case .data: self = StreamPlan.isRewritten(source) ? .silent : .leaveOut
    case .audio where !container.takes(codec, muxer.format): self = StreamPlan.sound(muxer)
    case .subtitle where !container.takes(codec, muxer.format):
      self = container.subtitle.map { .convert($0) } ?? .leaveOut
    case .video where !container.takes(codec, muxer.format): self = .leaveOut
    default: self = .copy
    }
  }

  /// Whether there may be frames in it: all but sound, text and fonts.
  static func mayShowImages(_ info: StreamInfo, _ source: UnsafeMutablePointer<AVStream>) -> Bool {
    let codec = source.pointee.codecpar.pointee.codec_id
    switch info.kind {
    case .audio: return false
    case .subtitle: return !ConvertedSubtitle.isText(codec)
    case .attachment: return ![AV_CODEC_ID_TTF, AV_CODEC_ID_OTF].contains(codec)
    case .video, .data: return !isRewritten(source)
    }
  }

  private static func sound(_ muxer: Muxer) -> StreamPlan {
    let usual = muxer.format.pointee.audio_codec
    return (muxer.container.audio ?? (usual == AV_CODEC_ID_NONE ? nil : usual)).map { .convert($0) } ?? .leaveOut
  }

  private static func attachment(_ source: UnsafeMutablePointer<AVStream>, _ muxer: Muxer) -> StreamPlan {
    let isCover = source.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
    if muxer.container.takesAttachments { return isCover ? .attach : .copy }
    return isCover && muxer.container.takes(source.pointee.codecpar.pointee.codec_id, muxer.format) ? .copy : .leaveOut
  }

  /// Time codes and chapter titles of QuickTime.
  private static func isRewritten(_ source: UnsafeMutablePointer<AVStream>) -> Bool {
    [0x6463_6d74, 0x7478_6574].contains(source.pointee.codecpar.pointee.codec_tag)
  }
}

/// How times of the source become times of the output.
struct OutputTiming {
  private let range: TimeRange?
  private let timeBase: AVRational
  /// Of the source's streams.
  private let timeBases: [AVRational]
  /// Sound that ends before the frames begin, as the first of AAC does, is left out: the container would move all on by it.
  private let dropsEarly: Bool

  init(_ timeBase: AVRational, _ input: MediaInput?, beginsAtZero: Bool = false) {
    (range, self.timeBase) = (input?.range, timeBase)
    dropsEarly = beginsAtZero && (input?.first?.time ?? -1) >= 0
    timeBases = input?.reader.demuxer.timeBases ?? []
  }

  /// A frame's time.
  func moved(_ ticks: Int64) -> Int64 { ticks - shift(timeBase) }

  /// Moves a packet's times; false when it lies outside of the part asked for.
  func move(_ packet: UnsafeMutablePointer<AVPacket>) -> Bool {
    guard let range else { return true }
    let base = timeBases[Int(packet.pointee.stream_index)]
    let ticks = packet.pointee.pts == FFNoTimestamp ? packet.pointee.dts : packet.pointee.pts
    guard ticks != FFNoTimestamp else { return range.shift == 0 }
    let time = Double(ticks) * av_q2d(base)
    guard range.begin == -.infinity || time >= range.begin, time < range.end else { return false }
    let end = time + Double(packet.pointee.duration) * av_q2d(base)
    if dropsEarly, time < range.shift, end < range.shift + 0.0005 { return false }
    let shift = shift(base)
    if packet.pointee.pts != FFNoTimestamp { packet.pointee.pts -= shift }
    if packet.pointee.dts != FFNoTimestamp { packet.pointee.dts -= shift }
    return true
  }

  private func shift(_ base: AVRational) -> Int64 {
    av_rescale_q(Int64((range?.shift ?? 0) * 1e6), FFMicroseconds, base)
  }
}
