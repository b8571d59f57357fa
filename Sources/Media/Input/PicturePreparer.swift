import CFFmpeg

/// Makes decoded pictures alike: planar, opaque, progressive, upright, and all of the first one's format and shape.
final class PicturePreparer {
  /// Some picture was interlaced.
  private(set) var sawFields = false
  /// The odd shape that some picture's pixels were said to have.
  private(set) var oddPixels: AVRational?
  /// How often pictures took another shape.
  var changes: Int { fitter.changes }
  private var first: Scaler.Target?
  /// Of pictures that do not say how they lie.
  private let usual: Orientation
  private let turn: Turn
  private var orientation = Orientation.upright
  private let fitter = PictureFitter()
  private let scaler = Scaler()
  private var pools: [PicturePool] = []
  private let spare: UnsafeMutablePointer<AVFrame> = av_frame_alloc()

  /// For pictures that are stored turned like that, unless they say so themselves; `turn` comes on top.
  init(_ usual: Orientation, turn: Turn) { (self.usual, self.turn) = (usual, turn) }

  deinit { freeFrame(spare) }

  /// Works on `picture` in place; where it needs memory it takes that of its own pools.
  func prepare(_ picture: UnsafeMutablePointer<AVFrame>) throws {
    orientation = orientation(of: picture)
    if let odd = picture.dropOddPixels() { oddPixels = odd }
    try unify(picture)
    let layout = PixelLayout(AVPixelFormat(picture.pointee.format))!
    if layout.hasAlpha { flatten(picture, layout) }
    let opaque = layout.opaque
    if picture.pointee.interlaced_frame != 0 { mergeFields(picture, opaque) }
    if orientation != .upright { turn(picture, opaque) }
    try fitter.fit(picture, opaque)
  }

  /// A picture that turns later on does so only where its format may lie either way.
  private func orientation(of picture: UnsafeMutablePointer<AVFrame>) -> Orientation {
    let own = (Orientation(of: picture) ?? usual).turned(turn)
    guard let first, own.transposed, !PixelLayout(first.format)!.isSquare else { return own }
    return orientation
  }

  /// Brings `picture` to a layout that Mien works in, and to that of the first picture; its size stays.
  private func unify(_ picture: UnsafeMutablePointer<AVFrame>) throws {
    let isFull = picture.isFullRange
    picture.pointee.format = AVPixelFormat(picture.pointee.format).withoutRange.rawValue
    if isFull { picture.pointee.color_range = AVCOL_RANGE_JPEG }
    var wanted = first ?? ownTarget(picture)
    (wanted.width, wanted.height) = (Int(picture.pointee.width), Int(picture.pointee.height))
    let isOther = first.map { ($0.range == AVCOL_RANGE_JPEG) != isFull } ?? false
    first = first ?? wanted
    if wanted.format == AVPixelFormat(picture.pointee.format), !isOther { return }
    try scaler.convert(picture, to: wanted, spare)
    spare.pointee.interlaced_frame = picture.pointee.interlaced_frame
    spare.pointee.top_field_first = picture.pointee.top_field_first
    replace(picture)
  }

  private func ownTarget(_ picture: UnsafeMutablePointer<AVFrame>) -> Scaler.Target {
    let format = AVPixelFormat(picture.pointee.format)
    var layout = PixelLayout(format) ?? PixelLayout.nearest(to: format) ?? PixelLayout(AV_PIX_FMT_YUV444P)!
    if orientation.transposed, !layout.isSquare { layout = layout.fullChroma }
    return Scaler.Target(
      format: layout.format, width: Int(picture.pointee.width), height: Int(picture.pointee.height),
      space: layout.model == .rgb ? AVCOL_SPC_RGB : picture.pointee.colorspace,
      range: layout.model == .rgb ? AVCOL_RANGE_JPEG : picture.pointee.color_range)
  }

  private func flatten(_ picture: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout) {
    if av_frame_is_writable(picture) <= 0 {
      fillSpare(layout.format, picture, swapped: false)
      av_frame_copy(spare, picture)
      spare.pointee.interlaced_frame = picture.pointee.interlaced_frame
      spare.pointee.top_field_first = picture.pointee.top_field_first
      replace(picture)
    }
    let colour = ColourSpace(
      space: picture.pointee.colorspace, range: picture.pointee.color_range, isYUVJ: false,
      height: Int(picture.pointee.height))
    AlphaOverBlack.apply(picture, layout, colour)
    picture.pointee.format = layout.opaque.format.rawValue
    picture.pointee.data.3 = nil
    picture.pointee.linesize.3 = 0
  }

  private func mergeFields(_ picture: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout) {
    sawFields = true
    fillSpare(layout.format, picture, swapped: false)
    Deinterlace.merge(picture, to: spare, layout)
    replace(picture)
  }

  private func turn(_ picture: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout) {
    fillSpare(layout.format, picture, swapped: orientation.transposed)
    orientation.turn(picture, to: spare, layout)
    let aspect = spare.pointee.sample_aspect_ratio
    if orientation.transposed, aspect.num > 0 {
      spare.pointee.sample_aspect_ratio = AVRational(num: aspect.den, den: aspect.num)
    }
    replace(picture)
  }

  private func fillSpare(_ format: AVPixelFormat, _ model: UnsafeMutablePointer<AVFrame>, swapped: Bool) {
    let (width, height) = (Int(model.pointee.width), Int(model.pointee.height))
    pool(format, swapped ? height : width, swapped ? width : height).fill(spare)
    copyProperties(from: model, to: spare)
  }

  private func pool(_ format: AVPixelFormat, _ width: Int, _ height: Int) -> PicturePool {
    if let pool = pools.first(where: { $0.gives(format, width, height) }) { return pool }
    pools.append(PicturePool(format: format, width: width, height: height))
    return pools[pools.count - 1]
  }

  private func replace(_ picture: UnsafeMutablePointer<AVFrame>) {
    av_frame_unref(picture)
    av_frame_move_ref(picture, spare)
  }
}
