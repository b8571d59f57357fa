import CFFmpeg

/// Times of decoded pictures: the container's where it gives them, else counted on from the picture before.
struct PictureClock {
  /// Seconds of a tick.
  let timeBase: AVRational
  private let usualDuration: Int64
  private var expected: Int64?
  /// Ticks at which the clock shows 0, where that is not the source's own; set by the first picture.
  private var zero: Int64?

  /// - Parameter fromZero: the first picture's time is 0, as for devices that give the time of day.
  init(
    _ context: UnsafeMutablePointer<AVFormatContext>, _ stream: UnsafeMutablePointer<AVStream>, fromZero: Bool = false
  ) {
    zero = fromZero ? nil : 0
    timeBase = stream.pointee.time_base
    let rate = av_guess_frame_rate(context, stream, nil)
    usualDuration = rate.num > 0 ? av_rescale_q(1, AVRational(num: rate.den, den: rate.num), timeBase) : 1
  }

  /// Sets the frame's time and length.
  mutating func stamp(_ frame: MediaFrame) {
    let picture = frame.picture.pointee
    let stated = picture.best_effort_timestamp
    frame.ticks = stated == FFNoTimestamp ? expected ?? 0 : stated - (zero ?? stated)
    if stated != FFNoTimestamp { zero = zero ?? stated }
    frame.duration = picture.pkt_duration > 0 ? picture.pkt_duration : usualDuration
    frame.picture.pointee.pts = frame.ticks
    frame.time = seconds(frame.ticks)
    expected = frame.ticks + frame.duration
  }

  /// Where the last picture ends, seconds.
  var end: Double { seconds(expected ?? 0) }

  private func seconds(_ ticks: Int64) -> Double { Double(ticks) * Double(timeBase.num) / Double(timeBase.den) }
}

/// The part of a source that was asked for, on the source's own clock.
struct TimeRange: Sendable {
  /// Where it begins, seconds; minus infinity without `--start`.
  let begin: Double
  /// Where it ends, seconds.
  let end: Double
  /// How far the output's times go back, seconds.
  let shift: Double

  /// Half a millisecond of tolerance, so that a time read off a row finds its picture.
  init(origin: Double, _ options: InputOptions) {
    let start = origin + options.start
    begin = options.start > 0 ? start - 0.0005 : -.infinity
    end = options.duration.map { start + $0 - 0.0005 } ?? .infinity
    shift = options.start > 0 ? options.start : 0
  }

  /// Whether something at `time` belongs to it.
  func contains(_ time: Double) -> Bool { time >= begin && time < end }
}
