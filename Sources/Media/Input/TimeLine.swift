import CFFmpeg

/// Gives the packets of a source times that go on where the source's own begin anew or leap, as those of joined and
/// restarted recordings do.
///
/// All streams share the parts of such a recording: where the times of one break off, a part begins behind all that came
/// before; the other streams enter it once their own times fit it better. What stands in the packets is trusted as long
/// as a player could make sense of it. Times are seconds, on the source's own clock or, moved by a part's shift, the line's.
struct TimeLine {
  /// What becomes of a packet.
  enum Verdict {
    case placed
    /// Sound that lies before the end of what its stream has said already.
    case overlaps
    /// Its time is beyond what anything here can say.
    case impossible(seconds: Double)
  }

  /// Seconds that each part's times move by.
  private var shifts = [0.0]
  /// Where the parts before the newest end, as far as they have come.
  private var border = -Double.infinity
  private var streams: [StreamClock] = []
  /// The furthest end of anything that is heard or seen.
  private(set) var frontier = -Double.infinity
  /// Where the frames of the second and later parts begin.
  private(set) var beginnings: [Double] = []
  /// Seconds for which nothing came before the next packet, after a live source was opened again.
  private var outage: Double?
  /// A leap forwards by more is none of the recording's own.
  private let longestGap: Double
  /// The stream of frames that are looked at.
  private let video: Int

  /// Times further from zero, seconds, are nonsense: 142 years, of which 64 bits hold the sum of two in nanoseconds.
  static let limit = 4.5e9
  /// Going back by more is a clock that begins anew: less is a sender's unrest.
  fileprivate static let unrest = 0.1

  /// For `demuxer`'s packets. Transport streams and their like have clocks that may leap, by their standards; others say
  /// how long a pause was.
  init(_ demuxer: Demuxer, video: Int) {
    self.video = video
    let mayLeap = demuxer.context.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0
    longestGap = mayLeap ? 10 : 30 * 3600
  }

  /// Whether all times are the source's own.
  var isPlain: Bool { shifts.count == 1 && streams.allSatisfy { $0.slip == 0 } }

  /// Which of the parts a frame at `time` belongs to, from 0. Half a millisecond for times that were rounded to ticks.
  func part(at time: Double) -> Int { beginnings.lastIndex { $0 <= time + 0.0005 }.map { $0 + 1 } ?? 0 }

  /// A live source goes on after `seconds` without it; its clock may have begun anew.
  mutating func resume(after seconds: Double) { outage = seconds }

  /// Moves the times of `packet`, which is of `stream`.
  mutating func place(_ packet: UnsafeMutablePointer<AVPacket>, _ stream: UnsafeMutablePointer<AVStream>) -> Verdict {
    let index = Int(packet.pointee.stream_index)
    while streams.count <= index { streams.append(StreamClock()) }
    let moment = PacketMoment(packet, stream)
    if let time = moment.furthest, time.magnitude > TimeLine.limit { return .impossible(seconds: time) }
    guard let time = moment.decoded ?? moment.shown else { return .placed }
    if let pause = outage { takeUp(at: time, after: pause) }
    choosePart(index, moment, time)
    streams[index].note(moment, time)
    return move(packet, index, moment)
  }

  /// A clock that went on is left alone.
  private mutating func takeUp(at time: Double, after pause: Double) {
    outage = nil
    guard frontier.isFinite else { return }
    let goesOn = (frontier - 0.5..<frontier + 3600).contains(time + shifts[shifts.count - 1])
    if !goesOn { append(frontier + pause - time) }
    for index in streams.indices { streams[index].enter(shifts.count - 1) }
    beginnings.append(frontier)
  }

  private mutating func choosePart(_ index: Int, _ moment: PacketMoment, _ time: Double) {
    let newest = shifts.count - 1
    let isBack = streams[index].isBack(moment, time)
    if streams[index].part < newest {
      let first = streams[index].part + (isBack ? 1 : 0)
      let best = (first...newest).min { distance(time, $0) < distance(time, $1) }!
      if best != streams[index].part { return enter(best, index, moment, time) }
    }
    guard streams[index].part == newest, moment.isPaced else { return }
    if isBack || time + shifts[newest] > frontier + longestGap { begin(index, moment, time) }
  }

  private func distance(_ time: Double, _ part: Int) -> Double {
    frontier.isFinite ? (time + shifts[part] - frontier).magnitude : 0
  }

  /// A part that begins with this packet.
  private mutating func begin(_ index: Int, _ moment: PacketMoment, _ time: Double) {
    guard frontier.isFinite else { return }
    append(0)
    shifts[shifts.count - 1] = end(for: index) - (moment.shown ?? time)
    enter(shifts.count - 1, index, moment, time)
  }

  private mutating func append(_ shift: Double) {
    border = frontier
    shifts.append(shift)
  }

  /// Takes stream `index` over into `part`. Frames follow their own last one without a gap: the part moves with them.
  private mutating func enter(_ part: Int, _ index: Int, _ moment: PacketMoment, _ time: Double) {
    streams[index].enter(part)
    guard index == video, part == shifts.count - 1 else { return }
    let wanted = end(for: index) - (moment.shown ?? time)
    if (wanted - shifts[part]).magnitude < 1 { shifts[part] = wanted }
    beginnings.append(shifts[part] + (moment.shown ?? time))
  }

  /// Where what follows stream `index` begins: a little sound behind the last frame makes no gap.
  private func end(for index: Int) -> Double {
    let own = streams[index].end
    return index == video && own.isFinite && border - own < 0.2 ? own : border
  }

  private mutating func move(
    _ packet: UnsafeMutablePointer<AVPacket>, _ index: Int, _ moment: PacketMoment
  ) -> Verdict {
    let shift = shifts[streams[index].part] + streams[index].slip
    let begin = shift + (moment.shown ?? moment.decoded!)
    guard streams[index].admits(begin, moment) else { return .overlaps }
    guard shift == 0 || packet.shift(by: shift, moment.tick) else { return .impossible(seconds: begin) }
    streams[index].reach(begin + moment.length)
    if index == video, streams[index].isVague { packet.forgetTimes() }
    guard moment.isPaced else { return .placed }
    frontier = max(frontier, begin + moment.length)
    if streams[index].part < shifts.count - 1 { border = max(border, begin + moment.length) }
    return .placed
  }
}

/// Times of one packet as its source states them, seconds.
private struct PacketMoment {
  var decoded: Double?
  var shown: Double?
  var length: Double
  /// Seconds of a tick of its stream.
  let tick: Double
  /// Seconds by which frames are decoded before they are shown.
  let delay: Double
  let isKey: Bool
  let isImage: Bool
  let isSound: Bool

  init(_ packet: UnsafeMutablePointer<AVPacket>, _ stream: UnsafeMutablePointer<AVStream>) {
    let parameters = stream.pointee.codecpar.pointee
    let base = stream.pointee.time_base
    tick = base.num > 0 && base.den > 0 ? av_q2d(base) : 1
    isKey = packet.pointee.flags & AV_PKT_FLAG_KEY != 0
    isImage =
      parameters.codec_type == AVMEDIA_TYPE_VIDEO && stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
    isSound = parameters.codec_type == AVMEDIA_TYPE_AUDIO
    decoded = packet.pointee.dts == FFNoTimestamp ? nil : Double(packet.pointee.dts) * tick
    shown = packet.pointee.pts == FFNoTimestamp ? nil : Double(packet.pointee.pts) * tick
    let stated = Double(max(packet.pointee.duration, 0)) * tick
    length = PacketMoment.usualLength(stream, isImage, stated: min(stated, 3600))
    delay = isImage ? Double(parameters.video_delay) * length : 0
  }

  /// Sound says how long a packet is by its samples; frames that say nothing last as long as most.
  private static func usualLength(
    _ stream: UnsafeMutablePointer<AVStream>, _ isImage: Bool, stated: Double
  ) -> Double {
    let (parameters, rate) = (stream.pointee.codecpar.pointee, stream.pointee.avg_frame_rate)
    if parameters.codec_type == AVMEDIA_TYPE_AUDIO, parameters.frame_size > 0, parameters.sample_rate > 0 {
      return Double(parameters.frame_size) / Double(parameters.sample_rate)
    }
    return isImage && stated == 0 && rate.num > 0 && rate.den > 0 ? Double(rate.den) / Double(rate.num) : stated
  }

  /// Frames and sound follow each other without pause; texts come when they come.
  var isPaced: Bool { isImage || isSound }

  /// The stated time that is furthest from zero.
  var furthest: Double? { [decoded, shown].compactMap(\.self).max { $0.magnitude < $1.magnitude } }
}

/// How far one stream has come.
private struct StreamClock {
  private(set) var part = 0
  /// End of its last packet on the line.
  private(set) var end = -Double.infinity
  /// Seconds that its times move by beyond its part's shift.
  private(set) var slip = 0.0
  /// In its part, on the source's clock.
  private var last: Double?
  private var highest = -Double.infinity
  private var squeezed = 0
  /// Whether the last packet's times say nothing: of a frame, not even in which order it is shown.
  private(set) var isVague = false
  private var isEntering = false

  mutating func enter(_ part: Int) {
    (self.part, last, highest, squeezed) = (part, nil, -.infinity, 0)
    isEntering = true
  }

  /// Whether the packet lies before what came: for frames one that all before it must come before (a key frame), or
  /// by more than any order of decoding explains.
  func isBack(_ moment: PacketMoment, _ time: Double) -> Bool {
    guard let last, moment.isPaced else { return false }
    guard moment.isImage else { return time < last - TimeLine.unrest }
    if moment.isKey, let shown = moment.shown, shown < highest - TimeLine.unrest { return true }
    return time < last - max(0.5, 16 * moment.length)
  }

  /// Takes in a packet. Joining programs that may not let times go back move them on by one tick instead: where three
  /// packets come in no time, they and what follows are given theirs.
  mutating func note(_ moment: PacketMoment, _ time: Double) {
    defer { (last, highest) = (time, max(highest, moment.shown ?? time)) }
    isVague = false
    guard let last, moment.isPaced, moment.length >= 8 * moment.tick else { return }
    guard (-moment.tick / 2...moment.tick * 1.5).contains(time - last) else {
      return release(moment, after: time - last)
    }
    squeezed += 1
    isVague = squeezed >= 3 || (moment.shown ?? time) <= highest + moment.tick * 1.5
    if squeezed == 3 { slip += 2 * moment.length }
    if squeezed >= 3 { slip += moment.length }
  }

  /// The first packet with a time of its own again comes `step` after the last without; it belongs a packet's length behind
  /// that. Frames that were squeezed were decoded when they were shown, and are decoded ahead again now.
  private mutating func release(_ moment: PacketMoment, after step: Double) {
    if squeezed >= 3 { slip += max(0, moment.length - step) - moment.delay }
    squeezed = 0
  }

  /// Sound of a part that begins before the part before has ended is left out.
  mutating func admits(_ begin: Double, _ moment: PacketMoment) -> Bool {
    guard isEntering, moment.isSound else { return true }
    if begin + moment.length / 2 < end, begin > end - 1 { return false }
    isEntering = false
    return true
  }

  mutating func reach(_ end: Double) { self.end = max(self.end, end) }
}

extension UnsafeMutablePointer where Pointee == AVPacket {
  /// When it is to be decoded, else shown.
  var decodingTime: Int64 { pointee.dts == FFNoTimestamp ? pointee.pts : pointee.dts }

  /// It is shown when its turn comes.
  fileprivate func forgetTimes() { (pointee.pts, pointee.dts) = (FFNoTimestamp, FFNoTimestamp) }

  /// Moves its times by `seconds`; false where they would not fit.
  fileprivate func shift(by seconds: Double, _ tick: Double) -> Bool {
    guard let ticks = Int64(exactly: (seconds / tick).rounded()) else { return false }
    for time in [\AVPacket.pts, \.dts] where pointee[keyPath: time] != FFNoTimestamp {
      let (moved, overflows) = pointee[keyPath: time].addingReportingOverflow(ticks)
      guard !overflows else { return false }
      pointee[keyPath: time] = moved
    }
    return true
  }
}
