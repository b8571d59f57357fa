import CFFmpeg

/// Makes decoded frames alike: planar, opaque, progressive, upright, and all of the first one's format and shape.
final class FramePreparer {
  /// Some frame was interlaced.
  private(set) var sawFields = false
  /// The odd shape that some frame's pixels were said to have.
  private(set) var oddPixels: AVRational?
  /// How often frames took another shape.
  var changes: Int { fitter.changes }
  private var first: Scaler.Target?
  /// Of frames that do not say how they lie.
  private let usual: Orientation
  private let turn: Turn
  private var orientation = Orientation.upright
  private let fitter = FrameFitter()
  private let scaler = Scaler()
  private var pools: [FrameMemoryPool] = []
  private let spare: UnsafeMutablePointer<AVFrame> = av_frame_alloc()

  /// For frames that are stored turned like that, unless they say so themselves; `turn` comes on top.
  init(_ usual: Orientation, turn: Turn) { (self.usual, self.turn) = (usual, turn) }

  deinit { freeFrame(spare) }

  /// Works on `frame` in place; where it needs memory it takes that of its own pools.
  func prepare(_ avFrame: UnsafeMutablePointer<AVFrame>) throws {
    orientation = orientation(of: avFrame)
    if let odd = avFrame.dropOddPixels() { oddPixels = odd }
    try unify(avFrame)
    let layout = PixelLayout(AVPixelFormat(avFrame.pointee.format))!
    if layout.hasAlpha { flatten(avFrame, layout) }
    let opaque = layout.opaque
    if FFFrameIsInterlaced(avFrame) != 0 { mergeFields(avFrame, opaque) }
    if orientation != .upright { turn(avFrame, opaque) }
    try fitter.fit(avFrame, opaque)
  }

  /// A frame that turns later on does so only where its format may lie either way.
  private func orientation(of avFrame: UnsafeMutablePointer<AVFrame>) -> Orientation {
    let own = (Orientation(of: avFrame) ?? usual).turned(turn)
    guard let first, own.transposed, !PixelLayout(first.format)!.isSquare else { return own }
    return orientation
  }

  /// Brings `frame` to a layout that Mien works in, and to that of the first frame; its size stays.
  private func unify(_ avFrame: UnsafeMutablePointer<AVFrame>) throws {
    let isFull = avFrame.isFullRange
    avFrame.pointee.format = AVPixelFormat(avFrame.pointee.format).withoutRange.rawValue
    if isFull { avFrame.pointee.color_range = AVCOL_RANGE_JPEG }
    var wanted = first ?? ownTarget(avFrame)
    (wanted.width, wanted.height) = (Int(avFrame.pointee.width), Int(avFrame.pointee.height))
    let isOther = first.map { ($0.range == AVCOL_RANGE_JPEG) != isFull } ?? false
    first = first ?? wanted
    if wanted.format == AVPixelFormat(avFrame.pointee.format), !isOther { return }
    try scaler.convert(avFrame, to: wanted, spare)
    FFFrameSetFields(spare, FFFrameIsInterlaced(avFrame), FFFrameBeginsAtTop(avFrame))
    replace(avFrame)
  }

  private func ownTarget(_ avFrame: UnsafeMutablePointer<AVFrame>) -> Scaler.Target {
    let format = AVPixelFormat(avFrame.pointee.format)
    var layout = PixelLayout(format) ?? PixelLayout.nearest(to: format) ?? PixelLayout(AV_PIX_FMT_YUV444P)!
    if orientation.transposed, !layout.isSquare { layout = layout.fullChroma }
    return Scaler.Target(
      format: layout.format, width: Int(avFrame.pointee.width), height: Int(avFrame.pointee.height),
      space: layout.model == .rgb ? AVCOL_SPC_RGB : avFrame.pointee.colorspace,
      range: layout.model == .rgb ? AVCOL_RANGE_JPEG : avFrame.pointee.color_range)
  }

  private func flatten(_ avFrame: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout) {
    if av_frame_is_writable(avFrame) <= 0 {
      fillSpare(layout.format, avFrame, swapped: false)
      av_frame_copy(spare, avFrame)
      FFFrameSetFields(spare, FFFrameIsInterlaced(avFrame), FFFrameBeginsAtTop(avFrame))
      replace(avFrame)
    }
    let colour = ColourSpace(
      space: avFrame.pointee.colorspace, range: avFrame.pointee.color_range, isYUVJ: false,
      height: Int(avFrame.pointee.height))
    AlphaOverBlack.apply(avFrame, layout, colour)
    avFrame.pointee.format = layout.opaque.format.rawValue
    avFrame.pointee.data.3 = nil
    avFrame.pointee.linesize.3 = 0
  }

  private func mergeFields(_ avFrame: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout) {
    sawFields = true
    fillSpare(layout.format, avFrame, swapped: false)
    Deinterlace.merge(avFrame, to: spare, layout)
    replace(avFrame)
  }

  private func turn(_ avFrame: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout) {
    fillSpare(layout.format, avFrame, swapped: orientation.transposed)
    orientation.turn(avFrame, to: spare, layout)
    let aspect = spare.pointee.sample_aspect_ratio
    if orientation.transposed, aspect.num > 0 {
      spare.pointee.sample_aspect_ratio = AVRational(num: aspect.den, den: aspect.num)
    }
    replace(avFrame)
  }

  private func fillSpare(_ format: AVPixelFormat, _ model: UnsafeMutablePointer<AVFrame>, swapped: Bool) {
    let (width, height) = (Int(model.pointee.width), Int(model.pointee.height))
    pool(format, swapped ? height : width, swapped ? width : height).fill(spare)
    copyProperties(from: model, to: spare)
  }

  private func pool(_ format: AVPixelFormat, _ width: Int, _ height: Int) -> FrameMemoryPool {
    if let pool = pools.first(where: { $0.gives(format, width, height) }) { return pool }
    pools.append(FrameMemoryPool(format: format, width: width, height: height))
    return pools[pools.count - 1]
  }

  private func replace(_ avFrame: UnsafeMutablePointer<AVFrame>) {
    av_frame_unref(avFrame)
    av_frame_move_ref(avFrame, spare)
  }
}
