import CFFmpeg

/// Passing over what has been read of a recording that was opened again.
struct Splice {
  /// What becomes of a packet.
  enum Verdict {
    case new
    /// It has been read; the decoder needs it once more.
    case again
    case passOver
  }

  private let video: Int
  /// The last decoding time of each stream before, in its ticks.
  private let lastTimes: [Int64]
  /// Decoding time of a frame from which the decoder can go on.
  private let key: Int64

  /// Goes on where `reader` stopped.
  init(after reader: FrameReader) {
    (video, lastTimes, key) = (reader.video, reader.lastTimes, reader.safeKey)
  }

  /// Looks at a packet, whose times are those that it had before.
  func judge(_ packet: UnsafeMutablePointer<AVPacket>) -> Verdict {
    let (index, ticks) = (Int(packet.pointee.stream_index), packet.decodingTime)
    guard ticks != FFNoTimestamp, index < lastTimes.count, ticks <= lastTimes[index] else { return .new }
    return index == video && ticks >= key ? .again : .passOver
  }
}
