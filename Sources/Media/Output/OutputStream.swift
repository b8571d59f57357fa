import CFFmpeg
import Core
import Glibc

/// FFmpeg's way into a `PendingFile`. Where the disk becomes full, a reserve is given back, so that what was written until
/// then can be completed.
final class OutputStream {
  /// For a muxer's `pb`.
  private(set) var context: UnsafeMutablePointer<AVIOContext>?
  /// The reserve is in use: there is room for the container's end, and no more.
  private(set) var isFull = false
  private let file: PendingFile
  private let reserve: DiskReserve?

  init(_ file: PendingFile) {
    self.file = file
    reserve = file.isSpecial ? nil : DiskReserve(beside: file.temporary)
    let size: Int32 = 1 << 15
    context = avio_alloc_context(
      av_mallocz(Int(size))?.assumingMemoryBound(to: UInt8.self), size, 1, Unmanaged.passUnretained(self).toOpaque(),
      nil, { OutputStream.of($0).write($1, $2) }, { OutputStream.of($0).seek($1, $2) })
    context?.pointee.seekable = file.isSpecial ? 0 : AVIO_SEEKABLE_NORMAL
  }

  deinit { close() }

  /// Hands over what FFmpeg holds back; gives the first error there was.
  @discardableResult
  func close() -> Int32 {
    guard let open = context else { return 0 }
    avio_flush(open)
    let status = min(open.pointee.error, 0)
    var buffer: UnsafeMutableRawPointer? = UnsafeMutableRawPointer(open.pointee.buffer)
    av_freep(&buffer)
    avio_context_free(&context)
    return status
  }

  /// One packet more is in the container, whose end grows with them.
  func countPacket() { reserve?.countPacket() }

  private static func of(_ opaque: UnsafeMutableRawPointer?) -> OutputStream {
    Unmanaged<OutputStream>.fromOpaque(opaque!).takeUnretainedValue()
  }

  private func write(_ bytes: UnsafePointer<UInt8>?, _ count: Int32) -> Int32 {
    let bytes = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    var code = tried(bytes)
    if MediaError.isFull(code), reserve?.release() == true {
      isFull = true
      code = tried(bytes)
    }
    return code == 0 ? count : FFErrorOf(code)
  }

  /// The system's number of what went wrong; 0: nothing.
  private func tried(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    do throws(FileProblem) { try file.write(bytes) } catch { return error.code }
    return 0
  }

  private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
    guard !file.isSpecial else { return Int64(FFErrorOf(ESPIPE)) }
    guard whence & AVSEEK_SIZE == 0 else { return size }
    let place = lseek(file.descriptor, Int(offset), whence & ~AVSEEK_FORCE)
    return place < 0 ? Int64(FFErrorOf(errno)) : Int64(place)
  }

  private var size: Int64 {
    var status = stat()
    return fstat(file.descriptor, &status) == 0 ? Int64(status.st_size) : Int64(FFErrorOf(errno))
  }
}
