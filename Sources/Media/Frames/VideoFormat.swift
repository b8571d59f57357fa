import CFFmpeg

/// What an encoder must know of the pictures that are to come.
struct VideoFormat {
  /// Their layout.
  var layout: PixelLayout
  var width: Int
  var height: Int
  var pixelAspect: AVRational
  var space: AVColorSpace
  var range: AVColorRange
  var primaries: AVColorPrimaries
  var transfer: AVColorTransferCharacteristic
  var chromaLocation: AVChromaLocation
  /// Unit of their times.
  var timeBase: AVRational
  /// Usual pictures a second.
  var rate: AVRational

  /// Pictures like `frame`.
  init(of frame: MediaFrame, timeBase: AVRational, rate: AVRational) {
    let picture = frame.picture.pointee
    layout = frame.layout
    (width, height, pixelAspect) = (frame.width, frame.height, picture.sample_aspect_ratio)
    (space, range) = (picture.colorspace, picture.color_range)
    (primaries, transfer) = (picture.color_primaries, picture.color_trc)
    chromaLocation = picture.chroma_location
    self.timeBase = timeBase
    self.rate = rate.num > 0 ? rate : AVRational(num: 25, den: 1)
  }
}
