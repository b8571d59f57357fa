import CFFmpeg
import Synchronization

/// Frames that are taken again once nobody else holds them: in steady state none is made. Used from one thread;
/// frames may be let go on any.
final class FramePool {
  private var frames: [MediaFrame] = []
  private let copies = CopyPool()

  /// A frame whose picture is empty.
  func take() -> MediaFrame {
    let frame = free() ?? add()
    av_frame_unref(frame.picture)
    return frame
  }

  private func free() -> MediaFrame? {
    for index in frames.indices where isKnownUniquelyReferenced(&frames[index]) { return frames[index] }
    return nil
  }

  private func add() -> MediaFrame {
    frames.append(MediaFrame(copies: copies))
    return frames[frames.count - 1]
  }
}

/// Memory for pictures that are about to be drawn on while a decoder still refers to the originals.
/// `@unchecked Sendable`: the pool is reached under its lock only.
final class CopyPool: @unchecked Sendable {
  private let lock = Mutex(())
  private var pool: PicturePool?
  private var pixels = PixelWriter()

  /// Writes `picture` as BGRX to `target`, rows `stride` bytes apart.
  func write(_ picture: UnsafeMutablePointer<AVFrame>, to target: UnsafeMutablePointer<UInt8>, stride: Int) {
    lock.withLock { _ in pixels.write(picture, to: target, stride: stride) }
  }

  /// Gives the empty `frame` memory of the format and size of `model`.
  func fill(_ frame: UnsafeMutablePointer<AVFrame>, like model: UnsafeMutablePointer<AVFrame>) {
    lock.withLock { _ in
      let format = AVPixelFormat(model.pointee.format)
      let (width, height) = (Int(model.pointee.width), Int(model.pointee.height))
      if pool?.gives(format, width, height) != true { pool = PicturePool(format: format, width: width, height: height) }
      pool!.fill(frame)
    }
  }
}
