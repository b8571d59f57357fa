import CFFmpeg

/// Going to a later beginning without decoding all that lies before it, and still knowing each frame's number.
extension FrameReader {
  /// Containers whose packets are frames one to one, and that find a key frame again.
  private static let sure: Set<String> = ["mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"]

  /// Reads over the packets before `begin` (seconds), then goes back to the key frame that it needs. Gives the times
  /// of the frames before and shortly after, in order; nil where all must be decoded. The source may be read once more
  /// from its beginning then.
  func skip(to begin: Double) throws -> [Int64]? {
    let container = String(cString: demuxer.context.pointee.iformat.pointee.name)
    guard begin.isFinite, !demuxer.location.isLive, FrameReader.sure.contains(container) else { return nil }
    guard let target = Int64(exactly: (begin / av_q2d(stream.pointee.time_base)).rounded(.up)) else { return nil }
    guard let times = try frameTimes(before: target),
      av_seek_frame(demuxer.context, Int32(video), target, AVSEEK_FLAG_BACKWARD) >= 0
    else {
      try restart()
      return nil
    }
    return times
  }

  /// Presentation times of all packets up to the first that is decoded at `target` or later; nil when one has none, or
  /// they are not as they should be.
  private func frameTimes(before target: Int64) throws -> [Int64]? {
    var times: [Int64] = []
    var line = TimeLine(demuxer, video: video)
    while case .packet = try demuxer.read(into: packet) {
      defer { av_packet_unref(packet) }
      guard case .placed = line.place(packet, demuxer.stream(Int(packet.pointee.stream_index))), line.isPlain else {
        return nil
      }
      guard packet.pointee.stream_index == video else { continue }
      guard packet.pointee.pts != FFNoTimestamp, packet.pointee.dts != FFNoTimestamp else { return nil }
      if packet.pointee.dts >= target { break }
      if packet.pointee.flags & AV_PKT_FLAG_DISCARD == 0 { times.append(packet.pointee.pts) }
    }
    return times.sorted()
  }
}

/// Numbers of frames in the source, also where reading began in the middle.
struct ImageNumbering {
  /// Frames numbered so far, those before the beginning among them.
  private(set) var count = 0
  private var times: [Int64]?

  /// `times` are those of the frames from the source's first on, in order; nil when the next frame is the first.
  init(_ times: [Int64]?) { self.times = times }

  /// The number of the next frame, which is shown at `ticks`.
  mutating func number(_ ticks: Int64) -> Int {
    if let times { count = times.firstIndex { $0 >= ticks } ?? times.count }
    times = nil
    defer { count += 1 }
    return count
  }
}
