import CFFmpeg
import Glibc

/// Decodes the frames of a source one by one, and puts the packets of its other streams into a queue.
final class FrameReader {
  private(set) var demuxer: Demuxer
  let video: Int
  let others: PacketQueue
  let watch: Watch
  let options: InputOptions
  /// Why reading ended before the end.
  private(set) var breakage: Breakage?
  /// The furthest end of a packet by the source's own clock, seconds.
  private(set) var furthest = 0.0
  /// The same, since the source was opened last.
  private(set) var reached = 0.0
  /// Gives packets times that go on.
  private(set) var line: TimeLine
  /// The last decoding time of each stream, in its ticks.
  private(set) var lastTimes: [Int64] = []
  /// Decoding times of the last key frame and the one before.
  private var keys = (last: Int64.min, before: Int64.min)
  /// When the last packet came.
  private(set) var lastArrival = Watch.nanoseconds()
  /// What became of connections that broke.
  var connection = Connection()
  /// How the source began.
  private(set) var beginning = Beginning()

  private var decoder: VideoDecoder
  /// Takes over from `decoder` once that has given all it holds.
  private var nextDecoder: VideoDecoder?
  private(set) var splice: Splice?
  private var corruptBefore = 0
  /// The last frame that was given out, in ticks.
  private(set) var lastFrame = Int64.min
  let packet: UnsafeMutablePointer<AVPacket> = av_packet_alloc()
  private var hasEnded = false

  init(_ location: Location, _ options: InputOptions, _ watch: Watch, _ others: PacketQueue) throws {
    demuxer = try Demuxer(location, options, watch)
    video = try demuxer.videoStream()
    decoder = try VideoDecoder(demuxer.stream(video), threads: options.threads, location: location.text)
    line = TimeLine(demuxer, video: video)
    (self.others, self.watch, self.options) = (others, watch, options)
  }

  deinit { freePacket(packet) }

  /// A key frame from which on all frames after it can be decoded, by its decoding time.
  var safeKey: Int64 { keys.before }
  /// The stream of frames.
  var stream: UnsafeMutablePointer<AVStream> { demuxer.stream(video) }
  /// Packets and frames that were damaged.
  var corrupt: Int { corruptBefore + decoder.corrupt + demuxer.damaged }

  /// Decodes the next frame into the empty `frame`; false at the end.
  func next(into avFrame: UnsafeMutablePointer<AVFrame>) throws -> Bool {
    while true {
      switch decoder.receive(into: avFrame) {
      case .avFrame:
        if isNew(avFrame) { return true }
        av_frame_unref(avFrame)
      case .end:
        guard let next = nextDecoder else { return false }
        corruptBefore += decoder.corrupt
        (decoder, nextDecoder) = (next, nil)
      case .needsPacket: try feed()
      }
    }
  }

  /// After a source was opened again, frames may come that have been given out.
  private func isNew(_ avFrame: UnsafeMutablePointer<AVFrame>) -> Bool {
    let ticks = avFrame.pointee.best_effort_timestamp
    guard ticks != FFNoTimestamp else { return true }
    if splice != nil, ticks <= lastFrame { return false }
    lastFrame = ticks
    return true
  }

  /// Reads on until every other stream is past `time`, for sound that lies behind the last frame.
  func readOthers(until time: Double) throws {
    while !hasEnded, others.isOpen {
      guard try readPacket() else { return }
      if seconds(packet) > time + 1 { return av_packet_unref(packet) }
      if packet.pointee.stream_index == video { av_packet_unref(packet) } else { others.put(packet) }
    }
  }

  /// Has the container pass over all other streams.
  func discardOthers() {
    for index in 0..<demuxer.streamCount where index != video {
      demuxer.stream(index).pointee.discard = AVDISCARD_ALL
    }
  }

  private func feed() throws {
    let before = connection.renewals
    let isThere = try readPacket()
    if connection.renewals != before || !isThere { decoder.send(nil) }
    guard isThere else { return }
    if packet.pointee.stream_index == video {
      (nextDecoder ?? decoder).send(packet)
      av_packet_unref(packet)
    } else {
      others.put(packet)
    }
  }

  private func readPacket() throws -> Bool {
    while !hasEnded {
      let reading = try demuxer.read(into: packet)
      if case .packet = reading {
        if accept() { return true }
        av_packet_unref(packet)
      } else if try !goOn(after: reading) {
        hasEnded = true
      }
    }
    return false
  }

  /// Whether there is more to come after `reading`, which was no packet.
  private func goOn(after reading: Demuxer.Reading) throws -> Bool {
    switch meaning(of: reading) {
    case .whole: return false
    case .unclear: return try reopen("the connection ended", mayBeWhole: true)
    case .broken(let detail): return try reopen(detail, mayBeWhole: false)
    }
  }

  /// Whether the packet is wanted; notes how far reading has come.
  private func accept() -> Bool {
    let stated = seconds(packet) + length(packet)
    switch line.place(packet, demuxer.stream(Int(packet.pointee.stream_index))) {
    case .placed: break
    case .overlaps: return false
    case .impossible(let time):
      (breakage, hasEnded) = (.badTime(time), true)
      return false
    }
    reached = max(reached, stated)
    let verdict = splice?.judge(packet) ?? .new
    guard verdict == .new else { return verdict == .again }
    note(stated)
    return true
  }

  private func note(_ end: Double) {
    furthest = max(furthest, end)
    let index = Int(packet.pointee.stream_index)
    while lastTimes.count <= index { lastTimes.append(.min) }
    let ticks = packet.decodingTime
    if ticks != FFNoTimestamp { lastTimes[index] = ticks }
    if index == video {
      beginning.note(packet)
      if packet.pointee.flags & AV_PKT_FLAG_KEY != 0, ticks != FFNoTimestamp { keys = (ticks, keys.last) }
    }
    lastArrival = Watch.nanoseconds()
    connection.flows()
  }

  /// Opens a file again, and begins anew with it.
  func restart() throws {
    demuxer = try Demuxer(demuxer.location, options, watch)
    decoder = try VideoDecoder(stream, threads: options.threads, location: demuxer.location.text)
    line = TimeLine(demuxer, video: video)
  }

  /// Opens the source again where that is of use, and goes on with it.
  /// - Parameter mayBeWhole: where a sender that plays from the beginning begins as it began, it has ended.
  private func reopen(_ detail: String, mayBeWhole: Bool) throws -> Bool {
    guard let next = try connected(mayBeWhole ? nil : detail) else {
      breakage = .lost(detail)
      return false
    }
    if mayBeWhole, next.repeats, next.demuxer.location.isEndless { return false }
    let stream = next.demuxer.stream(video)
    nextDecoder = try VideoDecoder(stream, threads: options.threads, location: next.demuxer.location.text)
    corruptBefore += demuxer.damaged
    if next.repeats { passOver(in: next.demuxer) } else { follow() }
    (demuxer, reached) = (next.demuxer, 0)
    if !others.isOpen { discardOthers() }
    return true
  }

  /// A recording: what was read comes again, or is passed by.
  private func passOver(in next: Demuxer) {
    splice = Splice(after: self)
    if next.canSeek, line.isPlain, lastFrame != .min { next.seek(video, lastFrame) }
    line = TimeLine(next, video: video)
  }

  /// A live source, which has gone on meanwhile.
  private func follow() {
    splice = nil
    line.resume(after: Double(Watch.nanoseconds() - lastArrival) * 1e-9)
  }

  private func seconds(_ packet: UnsafeMutablePointer<AVPacket>) -> Double {
    let ticks = packet.pointee.pts == FFNoTimestamp ? packet.pointee.dts : packet.pointee.pts
    return ticks == FFNoTimestamp ? 0 : Double(ticks) * tick(packet)
  }

  private func length(_ packet: UnsafeMutablePointer<AVPacket>) -> Double {
    Double(packet.pointee.duration) * tick(packet)
  }

  private func tick(_ packet: UnsafeMutablePointer<AVPacket>) -> Double {
    av_q2d(demuxer.stream(Int(packet.pointee.stream_index)).pointee.time_base)
  }
}

extension FrameReader {
  /// What is said of a source that did not come to its end.
  var failure: MediaError? {
    switch breakage {
    case .lost(let detail): .brokeOff(demuxer.location.text, detail: detail, tries: connection.tries)
    case .badTime(let seconds): .badTime(demuxer.location.text, seconds: seconds)
    case nil: nil
    }
  }
}

/// Why frames ended before their end.
enum Breakage: Hashable {
  /// The source broke off and could not be had again.
  case lost(String)
  /// A time, seconds, that nothing can say.
  case badTime(Double)
}

extension Demuxer {
  /// The stream of moving frames that players would show; covers are not meant.
  func videoStream() throws -> Int {
    let best = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
    guard best >= 0, stream(Int(best)).pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 else {
      throw MediaError.noVideo(location.text)
    }
    return Int(best)
  }

  /// What is known of stream `index`.
  func streamInfo(_ index: Int) -> StreamInfo {
    let parameters = stream(index).pointee.codecpar.pointee
    return StreamInfo(index: index, kind: kind(index), codec: codecName(parameters.codec_id))
  }

  /// What stream `index` holds.
  func kind(_ index: Int) -> StreamKind {
    let isCover = stream(index).pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
    switch stream(index).pointee.codecpar.pointee.codec_type {
    case AVMEDIA_TYPE_VIDEO: return isCover ? .attachment : .video
    case AVMEDIA_TYPE_AUDIO: return .audio
    case AVMEDIA_TYPE_SUBTITLE: return .subtitle
    case AVMEDIA_TYPE_ATTACHMENT: return .attachment
    default: return .data
    }
  }
}
