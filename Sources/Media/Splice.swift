import CFFmpeg

/// How the packets of a source that was opened again follow those before.
///
/// A recording begins anew, or where it can be sought to: what has been read is passed over. A live source goes on, on a
/// clock that may have begun anew: its times then follow the last ones by the time that went by.
final class Splice {
  /// What becomes of a packet.
  enum Verdict {
    case new
    /// It has been read; the decoder needs it once more.
    case again
    case passOver
  }

  /// Pictures that have been given out may come once more.
  let repeats: Bool
  private let video: Int
  private let timeBases: [AVRational]
  private let furthest: Double
  private let lastArrival: UInt64
  /// The last decoding time of each stream before.
  private let lastTimes: [Int64]
  /// What live times move by, seconds; nil before the first.
  private var shift: Double?

  /// Goes on with `next` where `reader` stopped.
  init(after reader: PictureReader, to next: Demuxer) {
    repeats = next.context.pointee.duration > 0
    (video, timeBases, lastTimes) = (reader.video, next.timeBases, reader.lastTimes)
    (furthest, lastArrival) = (reader.furthest, reader.lastArrival)
    if repeats, next.canSeek, reader.lastPicture != .min {
      av_seek_frame(next.context, Int32(video), reader.lastPicture, AVSEEK_FLAG_BACKWARD)
    }
  }

  /// Looks at a packet, and moves its times where the clock began anew.
  func judge(_ packet: UnsafeMutablePointer<AVPacket>) -> Verdict {
    let index = Int(packet.pointee.stream_index)
    let ticks = packet.decodingTime
    guard repeats else {
      move(packet, ticks, timeBases[index])
      return .new
    }
    guard ticks != FFNoTimestamp, index < lastTimes.count, ticks <= lastTimes[index] else { return .new }
    return index == video ? .again : .passOver
  }

  private func move(_ packet: UnsafeMutablePointer<AVPacket>, _ ticks: Int64, _ base: AVRational) {
    guard ticks != FFNoTimestamp else { return }
    let shift = shift ?? shift(first: Double(ticks) * av_q2d(base))
    self.shift = shift
    let moved = Int64((shift / av_q2d(base)).rounded())
    if packet.pointee.pts != FFNoTimestamp { packet.pointee.pts += moved }
    if packet.pointee.dts != FFNoTimestamp { packet.pointee.dts += moved }
  }

  /// Nothing where the source's clock went on; an hour's gap is a new clock too.
  private func shift(first time: Double) -> Double {
    if time >= furthest - 0.5, time < furthest + 3600 { return 0 }
    return furthest + Double(Watch.nanoseconds() - lastArrival) * 1e-9 - time
  }
}

extension UnsafeMutablePointer where Pointee == AVPacket {
  /// When it is to be decoded, else shown.
  var decodingTime: Int64 { pointee.dts == FFNoTimestamp ? pointee.pts : pointee.dts }
}
