import CFFmpeg
import Core

/// A frame of a file, stream or camera in its own planes, upright, without alpha.
///
/// `@unchecked Sendable`: one holder at a time works on it (the contract of `Frame`). The pool that made it keeps a
/// second reference and takes the frame again once that is the only one.
public final class MediaFrame: Frame, @unchecked Sendable {
  public internal(set) var index = 0
  public internal(set) var time = 0.0
  public internal(set) var pixelAspect = 1.0
  public internal(set) var part = 0
  public var width: Int { Int(avFrame.pointee.width) }
  public var height: Int { Int(avFrame.pointee.height) }

  /// Presentation time and length in ticks of the source's time base.
  var ticks: Int64 = 0
  var duration: Int64 = 0
  /// How many packets of other streams had been read when this frame was decoded.
  var packetsBefore = 0
  /// The planes; counted references, shared with the decoder until drawn on.
  let avFrame: UnsafeMutablePointer<AVFrame> = av_frame_alloc()
  var layout = PixelLayout(AV_PIX_FMT_YUV420P)!
  var colour = ColourSpace(space: AVCOL_SPC_UNSPECIFIED, range: AVCOL_RANGE_MPEG, isYUVJ: false, height: 0)
  let copies: CopyPool
  private let spare: UnsafeMutablePointer<AVFrame> = av_frame_alloc()

  private let lumas: LumaPool
  private var stretched: LumaPool.Memory?

  init(copies: CopyPool, lumas: LumaPool) { (self.copies, self.lumas) = (copies, lumas) }

  deinit {
    freeFrame(avFrame)
    freeFrame(spare)
  }

  /// Gives the frame another number and time, where a source is played again or joined to another.
  public func renumber(index: Int, time: Double) { (self.index, self.time) = (index, time) }

  /// Takes over what `frame` now holds.
  func adopt() {
    layout = PixelLayout(AVPixelFormat(avFrame.pointee.format))!
    colour = ColourSpace(
      space: avFrame.pointee.colorspace, range: avFrame.pointee.color_range, isYUVJ: false, height: height)
    pixelAspect = avFrame.pixelAspect
    forgetLuma()
  }

  /// Lets go of the frame.
  func empty() {
    av_frame_unref(avFrame)
    forgetLuma()
  }

  public var luma: LumaPlane {
    if layout.model == .yuv, layout.depth == 8, colour.fullRange, avFrame.pointee.linesize.0 > 0 {
      return LumaPlane(
        base: avFrame.pointee.data.0!, width: width, height: height, stride: Int(avFrame.pointee.linesize.0))
    }
    let base = stretchedLuma()
    return LumaPlane(base: base, width: width, height: height, stride: lumaStride)
  }

  private var lumaStride: Int { (width + 63) & ~63 }

  private func stretchedLuma() -> UnsafeMutablePointer<UInt8> {
    if let stretched { return stretched.base }
    let memory = lumas.take(lumaStride * height)
    stretchLuma(into: memory.base, stride: lumaStride)
    stretched = memory
    return memory.base
  }

  private func forgetLuma() {
    if let stretched { lumas.give(stretched) }
    stretched = nil
  }

  /// Makes the planes this frame's own before they are changed.
  func makeWritable() {
    forgetLuma()
    if av_frame_is_writable(avFrame) > 0 { return }
    copies.fill(spare, like: avFrame)
    av_frame_copy(spare, avFrame)
    copyProperties(from: avFrame, to: spare)
    av_frame_unref(avFrame)
    av_frame_move_ref(avFrame, spare)
  }
}

/// Frees an `AVFrame` and its references.
func freeFrame(_ frame: UnsafeMutablePointer<AVFrame>) {
  var frame: UnsafeMutablePointer<AVFrame>? = frame
  av_frame_free(&frame)
}

/// What a frame says of itself besides its samples: time, colours, pixel aspect. Side data stays behind.
func copyProperties(from source: UnsafeMutablePointer<AVFrame>, to target: UnsafeMutablePointer<AVFrame>) {
  target.pointee.pts = source.pointee.pts
  FFFrameSetDuration(target, FFFrameDuration(source))
  target.pointee.sample_aspect_ratio = source.pointee.sample_aspect_ratio
  target.pointee.color_range = source.pointee.color_range
  target.pointee.colorspace = source.pointee.colorspace
  target.pointee.color_primaries = source.pointee.color_primaries
  target.pointee.color_trc = source.pointee.color_trc
  target.pointee.chroma_location = source.pointee.chroma_location
}
