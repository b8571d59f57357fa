import CFFmpeg
import Glibc

/// Decodes the pictures of a source one by one, and puts the packets of its other streams into a queue.
final class PictureReader {
  private(set) var demuxer: Demuxer
  let video: Int
  let others: PacketQueue
  let watch: Watch
  let options: InputOptions
  /// Why reading ended before the end.
  private(set) var breakage: String?
  /// The furthest end of a packet, seconds.
  private(set) var furthest = 0.0
  /// The last decoding time of each stream, in its ticks.
  private(set) var lastTimes: [Int64] = []
  /// When the last packet came.
  private(set) var lastArrival = Watch.nanoseconds()
  /// What became of connections that broke.
  var connection = Connection()

  private var decoder: VideoDecoder
  /// Takes over from `decoder` once that has given all it holds.
  private var nextDecoder: VideoDecoder?
  private var splice: Splice?
  private var corruptBefore = 0
  /// The last picture that was given out, in ticks.
  private(set) var lastPicture = Int64.min
  let packet: UnsafeMutablePointer<AVPacket> = av_packet_alloc()
  private var hasEnded = false

  init(_ location: Location, _ options: InputOptions, _ watch: Watch, _ others: PacketQueue) throws {
    demuxer = try Demuxer(location, options, watch)
    video = try demuxer.videoStream()
    decoder = try VideoDecoder(demuxer.stream(video), threads: options.threads, location: location.text)
    (self.others, self.watch, self.options) = (others, watch, options)
  }

  deinit { freePacket(packet) }

  /// The stream of pictures.
  var stream: UnsafeMutablePointer<AVStream> { demuxer.stream(video) }
  /// Packets and pictures that were damaged.
  var corrupt: Int { corruptBefore + decoder.corrupt + demuxer.damaged }

  /// Decodes the next picture into the empty `picture`; false at the end.
  func next(into picture: UnsafeMutablePointer<AVFrame>) throws -> Bool {
    while true {
      switch decoder.receive(into: picture) {
      case .picture:
        if isNew(picture) { return true }
        av_frame_unref(picture)
      case .end:
        guard let next = nextDecoder else { return false }
        corruptBefore += decoder.corrupt
        (decoder, nextDecoder) = (next, nil)
      case .needsPacket: try feed()
      }
    }
  }

  /// After a source was opened again, pictures may come that have been given out.
  private func isNew(_ picture: UnsafeMutablePointer<AVFrame>) -> Bool {
    let ticks = picture.pointee.best_effort_timestamp
    guard ticks != FFNoTimestamp else { return true }
    if let splice, splice.repeats, ticks <= lastPicture { return false }
    lastPicture = ticks
    return true
  }

  /// Reads on until every other stream is past `time`, for sound that lies behind the last picture.
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
    let current = splice
    let isThere = try readPacket()
    if splice !== current || !isThere { decoder.send(nil) }
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
      switch try demuxer.read(into: packet) {
      case .packet:
        if accept() { return true }
        av_packet_unref(packet)
      case .broken(let failure):
        if try reopen() { continue }
        return end(because: failure.detail)
      case .end:
        if isCutShort {
          if try reopen() { continue }
          return end(because: "the connection ended")
        }
        return end(because: nil)
      }
    }
    return false
  }

  private func end(because detail: String?) -> Bool {
    breakage = detail
    hasEnded = true
    return false
  }

  /// Whether the packet is wanted; notes how far reading has come.
  private func accept() -> Bool {
    let verdict = splice?.judge(packet) ?? .new
    guard verdict == .new else { return verdict == .again }
    furthest = max(furthest, seconds(packet) + length(packet))
    let index = Int(packet.pointee.stream_index)
    while lastTimes.count <= index { lastTimes.append(.min) }
    if packet.decodingTime != FFNoTimestamp { lastTimes[index] = packet.decodingTime }
    lastArrival = Watch.nanoseconds()
    connection.flows()
    return true
  }

  /// Opens the source again where that is of use, and goes on with it.
  private func reopen() throws -> Bool {
    guard let next = try connected() else { return false }
    let new = Splice(after: self, to: next)
    nextDecoder = try VideoDecoder(next.stream(video), threads: options.threads, location: next.location.text)
    corruptBefore += demuxer.damaged
    (demuxer, splice) = (next, new)
    if !others.isOpen { discardOthers() }
    return true
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

extension Demuxer {
  /// The stream of moving pictures that players would show; covers are not meant.
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
