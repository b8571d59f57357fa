import CFFmpeg
import Core

/// Makes frames of Media of any others: planar RGB, 8 bits. Used from one thread.
final class FrameImporter {
  private let frames = FramePool()
  private var memory: FrameMemoryPool?
  private var pixels: [UInt8] = []

  /// `frame` itself where it is one of Media's, else a copy.
  func imported(_ frame: any Frame) -> MediaFrame {
    if let own = frame as? MediaFrame { return own }
    let copy = frames.take()
    let format = AV_PIX_FMT_GBRP
    if memory?.gives(format, frame.width, frame.height) != true {
      memory = FrameMemoryPool(format: format, width: frame.width, height: frame.height)
    }
    memory!.fill(copy.avFrame)
    copy.avFrame.pointee.sample_aspect_ratio = av_d2q(frame.pixelAspect, 1 << 16)
    (copy.avFrame.pointee.colorspace, copy.avFrame.pointee.color_range) = (AVCOL_SPC_RGB, AVCOL_RANGE_JPEG)
    fill(copy.avFrame, frame)
    copy.adopt()
    copy.renumber(index: frame.index, time: frame.time)
    return copy
  }

  private func fill(_ avFrame: UnsafeMutablePointer<AVFrame>, _ frame: any Frame) {
    let (width, height) = (frame.width, frame.height)
    if pixels.count != width * height * 4 { pixels = Array(repeating: 0, count: width * height * 4) }
    let layout = PixelLayout(AV_PIX_FMT_GBRP)!
    // Planes are green, blue, red; bytes are blue, green, red.
    let planes = [1, 0, 2].enumerated().map { (plane: Plane<UInt8>(avFrame, $0, layout), byte: $1) }
    pixels.withUnsafeMutableBufferPointer { bytes in
      frame.copyPixels(to: bytes.baseAddress!, stride: width * 4)
      for (plane, byte) in planes {
        for y in 0..<height {
          for x in 0..<width { plane.row(y)[x] = bytes[(y * width + x) * 4 + byte] }
        }
      }
    }
  }
}
