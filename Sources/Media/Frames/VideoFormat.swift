import CFFmpeg

/// What an encoder must know of the frames that are to come.
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
  /// Usual frames a second.
  var rate: AVRational

  /// Frames like `frame`.
  init(of frame: MediaFrame, timeBase: AVRational, rate: AVRational) {
    let avFrame = frame.avFrame.pointee
    layout = frame.layout
    (width, height, pixelAspect) = (frame.width, frame.height, avFrame.sample_aspect_ratio)
    (space, range) = (avFrame.colorspace, avFrame.color_range)
    (primaries, transfer) = (avFrame.color_primaries, avFrame.color_trc)
    chromaLocation = avFrame.chroma_location
    self.timeBase = timeBase
    self.rate = rate.num > 0 ? rate : AVRational(num: 25, den: 1)
  }
}
