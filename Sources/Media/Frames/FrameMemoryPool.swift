import CFFmpeg

/// Memory for frames of one format and size, taken again when the last user lets go.
/// Sizes are rounded up to even ones, so that a frame can be padded where it lies.
final class FrameMemoryPool {
  /// Format of its frames.
  let format: AVPixelFormat
  /// Columns.
  let width: Int
  /// Rows.
  let height: Int
  private var pool: OpaquePointer?
  private var lines: (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)

  /// Row starts lie on 64 bytes; what the SIMD code of decoders and encoders may read past a row is there too.
  init(format: AVPixelFormat, width: Int, height: Int) {
    self.format = format
    self.width = width
    self.height = height
    var planes: (Int, Int, Int, Int) = (0, 0, 0, 0)
    FrameMemoryPool.fillLines(&lines, format, width)
    var wide = (Int(lines.0), Int(lines.1), Int(lines.2), Int(lines.3))
    withUnsafeMutablePointer(to: &planes) { planes in
      withUnsafeMutablePointer(to: &wide) { wide in
        _ = av_image_fill_plane_sizes(
          UnsafeMutableRawPointer(planes).assumingMemoryBound(to: Int.self), format, Int32(height + height % 2),
          UnsafeMutableRawPointer(wide).assumingMemoryBound(to: Int.self))
      }
    }
    pool = av_buffer_pool_init(planes.0 + planes.1 + planes.2 + planes.3 + 256, nil)
  }

  deinit { av_buffer_pool_uninit(&pool) }

  /// Whether its frames are such.
  func gives(_ format: AVPixelFormat, _ width: Int, _ height: Int) -> Bool {
    self.format == format && self.width == width && self.height == height
  }

  /// Gives the empty `frame` memory, and its format and size.
  func fill(_ frame: UnsafeMutablePointer<AVFrame>) {
    let buffer = av_buffer_pool_get(pool)
    precondition(buffer != nil, "out of memory for a frame")
    frame.pointee.buf.0 = buffer
    frame.pointee.format = format.rawValue
    frame.pointee.width = Int32(width)
    frame.pointee.height = Int32(height)
    setPlanes(frame, buffer!.pointee.data)
  }

  private func setPlanes(_ frame: UnsafeMutablePointer<AVFrame>, _ base: UnsafeMutablePointer<UInt8>) {
    var lines = lines
    withUnsafeMutablePointer(to: &frame.pointee.data) { data in
      withUnsafeMutablePointer(to: &lines) { lines in
        _ = av_image_fill_pointers(
          UnsafeMutableRawPointer(data).assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self), format,
          Int32(height + height % 2), base, UnsafeMutableRawPointer(lines).assumingMemoryBound(to: Int32.self))
      }
    }
    (frame.pointee.linesize.0, frame.pointee.linesize.1) = (lines.0, lines.1)
    (frame.pointee.linesize.2, frame.pointee.linesize.3) = (lines.2, lines.3)
    frame.pointee.extended_data = framePlanes(frame)
  }

  private static func fillLines(_ lines: inout (Int32, Int32, Int32, Int32), _ format: AVPixelFormat, _ width: Int) {
    withUnsafeMutablePointer(to: &lines) {
      let values = UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int32.self)
      av_image_fill_linesizes(values, format, Int32(width + width % 2))
      for plane in 0..<4 where values[plane] > 0 { values[plane] = (values[plane] + 63) & ~63 }
    }
  }
}

/// The frame's array of planes as C sees it.
func framePlanes(_ frame: UnsafeMutablePointer<AVFrame>) -> UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?> {
  UnsafeMutableRawPointer(frame).advanced(by: MemoryLayout<AVFrame>.offset(of: \.data)!)
    .assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self)
}

/// The frame's array of row lengths in bytes as C sees it.
func frameLines(_ frame: UnsafeMutablePointer<AVFrame>) -> UnsafeMutablePointer<Int32> {
  UnsafeMutableRawPointer(frame).advanced(by: MemoryLayout<AVFrame>.offset(of: \.linesize)!)
    .assumingMemoryBound(to: Int32.self)
}

/// One plane of samples.
struct Plane<Sample: FixedWidthInteger & UnsignedInteger> {
  let base: UnsafeMutablePointer<Sample>
  let columns: Int
  let rows: Int
  /// Samples from one row to the next; negative for frames stored bottom up.
  let stride: Int

  /// Plane `index` of `frame`, whose layout is `layout`.
  init(_ frame: UnsafeMutablePointer<AVFrame>, _ index: Int, _ layout: PixelLayout) {
    base = UnsafeMutableRawPointer(framePlanes(frame)[index]!).assumingMemoryBound(to: Sample.self)
    columns = layout.columns(index, of: Int(frame.pointee.width))
    rows = layout.rows(index, of: Int(frame.pointee.height))
    stride = Int(frameLines(frame)[index]) / MemoryLayout<Sample>.stride
  }

  @inline(__always)
  func row(_ y: Int) -> UnsafeMutablePointer<Sample> { base + y * stride }
}
