import CFFmpeg

/// Times of decoded frames, which rise: the container's where it gives them and they follow the frame before, else
/// counted on from that.
struct FrameClock {
  /// Seconds of a tick.
  let timeBase: AVRational
  /// The last frame, in ticks.
  private var last: Int64?
  private var pace: Pace
  /// Ticks that stated times move by, since frames that shared a time were given their own.
  private var slip: Int64 = 0
  /// Ticks at which the clock shows 0, where that is not the source's own; set by the first frame.
  private var zero: Int64?
  private var lastLength: Int64 = 0

  /// - Parameter fromZero: the first frame's time is 0, as for devices that give the time of day.
  init(
    _ context: UnsafeMutablePointer<AVFormatContext>, _ stream: UnsafeMutablePointer<AVStream>, fromZero: Bool = false
  ) {
    zero = fromZero ? nil : 0
    let base = stream.pointee.time_base
    timeBase = base.num > 0 && base.den > 0 ? base : FFMicroseconds
    pace = Pace(av_guess_frame_rate(context, stream, nil), timeBase)
  }

  /// Sets the frame's time and length.
  mutating func stamp(_ frame: MediaFrame) {
    let avFrame = frame.avFrame.pointee
    frame.ticks = place(avFrame.best_effort_timestamp)
    let stated = FFFrameDuration(frame.avFrame)
    frame.duration = stated > 0 && stated < pace.longest ? stated : pace.ticks
    frame.avFrame.pointee.pts = frame.ticks
    frame.time = seconds(frame.ticks)
    (last, lastLength) = (frame.ticks, frame.duration)
  }

  /// Ticks of the next frame, whose stated time is given.
  private mutating func place(_ stated: Int64) -> Int64 {
    guard stated != FFNoTimestamp else { return last.map { $0 + pace.ticks } ?? 0 }
    zero = zero ?? stated
    // Both are times that `TimeLine` has let pass: their sum is far from overflowing.
    let wanted = stated &- zero! &+ slip
    guard let last else { return wanted }
    return last + step(wanted &- last)
  }

  /// How far to go from the last frame where the stated times say `ticks`. What came at once, or goes back, goes on at
  /// the usual pace; the time that this takes is given back where there is more than a pace.
  private mutating func step(_ ticks: Int64) -> Int64 {
    guard ticks > (pace.ticks >= 8 ? 1 : 0) else {
      slip &+= pace.ticks &- ticks
      return pace.ticks
    }
    let excess = min(slip, ticks - pace.ticks)
    guard excess <= 0 else {
      slip -= excess
      return ticks - excess
    }
    pace.saw(ticks)
    return ticks
  }

  /// Where the last frame ends, seconds.
  var end: Double { last.map { seconds($0 + lastLength) } ?? 0 }

  private func seconds(_ ticks: Int64) -> Double { Double(ticks) * Double(timeBase.num) / Double(timeBase.den) }
}

/// How frames usually follow each other.
struct Pace {
  /// Ticks from one frame to the next: the least of the last ones, since frames may be missing; the stated rate before.
  private(set) var ticks: Int64
  /// A frame that is said to last longer is not believed, ticks.
  let longest: Int64
  private var recent: (Int64, Int64, Int64)

  /// Of the stated `rate`, which may be none, in ticks of `timeBase`.
  init(_ rate: AVRational, _ timeBase: AVRational) {
    let isKnown = rate.num > 0 && rate.den > 0
    ticks = isKnown ? av_rescale_q(1, AVRational(num: rate.den, den: rate.num), timeBase) : 1
    longest = max(av_rescale_q(86_400_000_000, FFMicroseconds, timeBase), 1)
    ticks = min(max(ticks, 1), longest)
    recent = (longest, longest, ticks)
  }

  /// Takes in how far two frames were apart.
  mutating func saw(_ step: Int64) {
    recent = (recent.1, recent.2, min(step, longest))
    ticks = min(recent.0, recent.1, recent.2)
  }
}

/// The part of a source that was asked for, on the source's own clock.
struct TimeRange: Sendable {
  /// Where it begins, seconds; minus infinity without `--start`.
  let begin: Double
  /// Where it ends, seconds.
  let end: Double
  /// How far the output's times go back, seconds.
  let shift: Double

  /// Half a millisecond of tolerance, so that a time read off a row finds its frame.
  init(origin: Double, _ options: InputOptions) {
    let start = origin + options.start
    begin = options.start > 0 ? start - 0.0005 : -.infinity
    end = options.duration.map { start + $0 - 0.0005 } ?? .infinity
    shift = options.start > 0 ? options.start : 0
  }

  /// Whether something at `time` belongs to it.
  func contains(_ time: Double) -> Bool { time >= begin && time < end }
}
