import CFFmpeg

/// Gives one frame again and again, as a camera before which nothing moves. Used from one thread.
final class StillRepeater {
  private let avFrame: UnsafeMutablePointer<AVFrame> = av_frame_alloc()
  private let end: Double
  private var (index, time): (Int, Double)
  private static let rate = 25.0

  /// Repeats what `frame` shows, for so many seconds of its clock. Holds the planes; whoever draws gets their own.
  init(_ frame: MediaFrame, seconds: Double) {
    (index, time, end) = (frame.index, frame.time, frame.time + seconds)
    av_frame_ref(avFrame, frame.avFrame)
  }

  deinit { freeFrame(avFrame) }

  /// The next frame, as a frame of `pool`; nil at the end.
  func next(from pool: FramePool) -> MediaFrame? {
    index += 1
    time += 1 / StillRepeater.rate
    guard time < end else { return nil }
    let frame = pool.take()
    av_frame_ref(frame.avFrame, avFrame)
    frame.adopt()
    (frame.index, frame.time) = (index, time)
    return frame
  }
}
