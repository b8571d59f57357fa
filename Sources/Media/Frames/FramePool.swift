import CFFmpeg
import Core
import Synchronization

/// Frames that are taken again once nobody else holds them: in steady state none is made. Used from one thread;
/// frames may be let go on any.
final class FramePool {
  private var frames: [MediaFrame] = []
  private let copies = CopyPool()
  private let lumas = LumaPool()

  /// A frame whose frame is empty. What other frames at rest still hold goes back to where it came from.
  func take() -> MediaFrame {
    var taken: MediaFrame?
    for index in frames.indices where isFree(&frames[index]) {
      frames[index].empty()
      taken = taken ?? frames[index]
    }
    return taken ?? add()
  }

  private func add() -> MediaFrame {
    frames.append(MediaFrame(copies: copies, lumas: lumas))
    return frames[frames.count - 1]
  }
}

/// Memory for stretched luma planes: frames borrow it for as long as somebody looks at them.
final class LumaPool: Sendable {
  /// One plane. `@unchecked Sendable`: whoever took it owns it alone.
  final class Memory: @unchecked Sendable {
    let base: UnsafeMutablePointer<UInt8>
    let count: Int

    init(_ count: Int) {
      self.count = count
      base = UnsafeMutableRawPointer.allocate(byteCount: count + 64, alignment: 64)
        .bindMemory(to: UInt8.self, capacity: count + 64)
    }

    deinit { base.deallocate() }
  }

  private let free = Mutex<[Memory]>([])

  /// Memory for `count` bytes.
  func take(_ count: Int) -> Memory {
    free.withLock { free in
      while let memory = free.popLast() {
        if memory.count >= count { return memory }
      }
      return Memory(count)
    }
  }

  /// Takes memory back.
  func give(_ memory: Memory) { free.withLock { $0.append(memory) } }
}

/// Memory for frames that are about to be drawn on while a decoder still refers to the originals.
/// `@unchecked Sendable`: the pool is reached under its lock only.
final class CopyPool: @unchecked Sendable {
  private let lock = Mutex(())
  private var pool: FrameMemoryPool?
  private var pixels = PixelWriter()

  /// Writes `frame` as BGRX to `target`, rows `stride` bytes apart.
  func write(_ avFrame: UnsafeMutablePointer<AVFrame>, to target: UnsafeMutablePointer<UInt8>, stride: Int) {
    lock.withLock { _ in pixels.write(avFrame, to: target, stride: stride) }
  }

  /// Gives the empty `frame` memory of the format and size of `model`.
  func fill(_ frame: UnsafeMutablePointer<AVFrame>, like model: UnsafeMutablePointer<AVFrame>) {
    lock.withLock { _ in
      let format = AVPixelFormat(model.pointee.format)
      let (width, height) = (Int(model.pointee.width), Int(model.pointee.height))
      if pool?.gives(format, width, height) != true {
        pool = FrameMemoryPool(format: format, width: width, height: height)
      }
      pool!.fill(frame)
    }
  }
}
