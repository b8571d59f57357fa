import CFFmpeg

/// What windows and mirrors need of a whole frame.
extension MediaFrame {
  public func copyPixels(to target: UnsafeMutablePointer<UInt8>, stride: Int) {
    copies.write(avFrame, to: target, stride: stride)
  }

  public func mirror() {
    makeWritable()
    for plane in 0..<3 { if layout.sampleBytes == 1 { mirror(UInt8.self, plane) } else { mirror(UInt16.self, plane) } }
  }

  private func mirror<Sample: FixedWidthInteger & UnsignedInteger>(_: Sample.Type, _ index: Int) {
    let plane = Plane<Sample>(avFrame, index, layout)
    for y in 0..<plane.rows {
      let row = plane.row(y)
      var (left, right) = (0, plane.columns - 1)
      while left < right {
        (row[left], row[right]) = (row[right], row[left])
        (left, right) = (left + 1, right - 1)
      }
    }
  }
}

/// Whole frames as BGRX, for screens: fast rather than exact.
final class PixelWriter {
  private var context: OpaquePointer?

  deinit { sws_freeContext(context) }

  func write(_ source: UnsafeMutablePointer<AVFrame>, to target: UnsafeMutablePointer<UInt8>, stride: Int) {
    let (width, height) = (source.pointee.width, source.pointee.height)
    context = sws_getCachedContext(
      context, width, height, AVPixelFormat(source.pointee.format).withoutRange, width, height, AV_PIX_FMT_BGR0,
      SWS_FAST_BILINEAR, nil, nil, nil)
    precondition(context != nil, "libswscale writes every format that frames have")
    let screen = Scaler.Target(
      format: AV_PIX_FMT_BGR0, width: Int(width), height: Int(height), space: AVCOL_SPC_RGB, range: AVCOL_RANGE_JPEG)
    Scaler.setColours(context, from: source, to: screen)
    let planes = UnsafeRawPointer(framePlanes(source)).assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    let rows: [UnsafeMutablePointer<UInt8>?] = [target, nil, nil, nil]
    sws_scale(context, planes, frameLines(source), 0, height, rows, [Int32(stride), 0, 0, 0])
  }
}
