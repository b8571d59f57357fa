import CFFmpeg

/// A format that Mien reads from cameras: who reads it and what a frame costs.
struct CameraPixelFormat {
  /// Who makes planes of its bytes.
  enum Reader: Hashable {
    /// libswscale knows it as this format; V before U where chroma is swapped.
    case raw(AVPixelFormat, swapsChroma: Bool)
    /// libavcodec decodes it.
    case coded(AVCodecID)
    /// libv4l's converters know it, and make it planar 4:2:0 or packed RGB.
    case libv4l(Conversion)
  }

  /// What a converter is asked for.
  enum Conversion: Hashable { case planar, rgb }

  let code: FourCC
  let reader: Reader
  /// Order of preference, cheapest first: bytes moved and work done for a frame.
  let cost: Int
  /// Whether there is more than grey in it.
  let hasColour: Bool

  private init(_ code: String, _ reader: Reader, _ cost: Int, hasColour: Bool = true) {
    (self.code, self.reader, self.cost, self.hasColour) = (FourCC(code)!, reader, cost, hasColour)
  }

  private static func raw(
    _ code: String, _ format: AVPixelFormat, _ cost: Int, hasColour: Bool = true, swapped: Bool = false
  ) -> CameraPixelFormat {
    CameraPixelFormat(code, .raw(format, swapsChroma: swapped), cost, hasColour: hasColour)
  }

  /// The row of `code`; nil for formats that nothing here reads.
  static func named(_ code: FourCC) -> CameraPixelFormat? { byCode[code] }

  private static let byCode = Dictionary(uniqueKeysWithValues: table.map { ($0.code, $0) })

  /// Every format that is read. Formats of some 30 makers' chips are known to libv4l alone.
  static let table: [CameraPixelFormat] = planar + packed + wideGrey + rgb + coded + converted + convertedGrey + hsv

  private static let planar: [CameraPixelFormat] = [
    raw("GREY", AV_PIX_FMT_GRAY8, 0, hasColour: false),
    raw("NV12", AV_PIX_FMT_NV12, 1), raw("NV21", AV_PIX_FMT_NV21, 1),
    raw("YU12", AV_PIX_FMT_YUV420P, 1), raw("YV12", AV_PIX_FMT_YUV420P, 1, swapped: true),
    raw("411P", AV_PIX_FMT_YUV411P, 1), raw("YUV9", AV_PIX_FMT_YUV410P, 1),
    raw("YVU9", AV_PIX_FMT_YUV410P, 1, swapped: true), raw("422P", AV_PIX_FMT_YUV422P, 2),
    raw("NV24", AV_PIX_FMT_NV24, 3), raw("NV42", AV_PIX_FMT_NV42, 3),
  ]

  private static let packed: [CameraPixelFormat] = [
    raw("YUYV", AV_PIX_FMT_YUYV422, 2), raw("UYVY", AV_PIX_FMT_UYVY422, 2),
    raw("YVYU", AV_PIX_FMT_YVYU422, 2), raw("VYUY", AV_PIX_FMT_UYVY422, 2, swapped: true),
  ]

  private static let wideGrey: [CameraPixelFormat] = [
    raw("Y10", AV_PIX_FMT_GRAY10LE, 3, hasColour: false), raw("Y12", AV_PIX_FMT_GRAY12LE, 3, hasColour: false),
    raw("Y14", AV_PIX_FMT_GRAY14LE, 3, hasColour: false), raw("Y16", AV_PIX_FMT_GRAY16LE, 3, hasColour: false),
    raw("Y16-BE", AV_PIX_FMT_GRAY16BE, 3, hasColour: false),
  ]

  /// V4L2 names 16-bit formats from the highest bit of a little-endian word and wider ones in order of bytes.
  private static let rgb: [CameraPixelFormat] = [
    raw("RGB3", AV_PIX_FMT_RGB24, 4), raw("BGR3", AV_PIX_FMT_BGR24, 4),
    raw("RGB4", AV_PIX_FMT_0RGB, 4), raw("BGR4", AV_PIX_FMT_BGR0, 4),
    raw("BX24", AV_PIX_FMT_0RGB, 4), raw("BA24", AV_PIX_FMT_0RGB, 4),
    raw("XR24", AV_PIX_FMT_BGR0, 4), raw("AR24", AV_PIX_FMT_BGR0, 4),
    raw("XB24", AV_PIX_FMT_RGB0, 4), raw("AB24", AV_PIX_FMT_RGB0, 4),
    raw("RX24", AV_PIX_FMT_0BGR, 4), raw("RA24", AV_PIX_FMT_0BGR, 4),
    raw("RGBP", AV_PIX_FMT_RGB565LE, 5), raw("RGBR", AV_PIX_FMT_RGB565BE, 5),
    raw("RGBO", AV_PIX_FMT_RGB555LE, 5), raw("XR15", AV_PIX_FMT_RGB555LE, 5),
    raw("AR15", AV_PIX_FMT_RGB555LE, 5), raw("XB15", AV_PIX_FMT_BGR555LE, 5),
    raw("AB15", AV_PIX_FMT_BGR555LE, 5), raw("RGBQ", AV_PIX_FMT_RGB555BE, 5),
    raw("XR15-BE", AV_PIX_FMT_RGB555BE, 5), raw("AR15-BE", AV_PIX_FMT_RGB555BE, 5),
    raw("R444", AV_PIX_FMT_RGB444LE, 5), raw("XR12", AV_PIX_FMT_RGB444LE, 5),
    raw("AR12", AV_PIX_FMT_RGB444LE, 5), raw("XB12", AV_PIX_FMT_BGR444LE, 5),
    raw("AB12", AV_PIX_FMT_BGR444LE, 5), raw("RGB1", AV_PIX_FMT_RGB8, 5),
  ]

  private static let coded: [CameraPixelFormat] = [
    CameraPixelFormat("MJPG", .coded(AV_CODEC_ID_MJPEG), 6), CameraPixelFormat("JPEG", .coded(AV_CODEC_ID_MJPEG), 6),
    CameraPixelFormat("H264", .coded(AV_CODEC_ID_H264), 7),
  ]

  /// libswscale knows some Bayer mosaics too, and gets their levels wrong (36 of 255 on vivid's bars, libv4l 1).
  private static let converted: [CameraPixelFormat] = [
    "NV16", "NV61", "M420", "HM12", "BA81", "GBRG", "GRBG", "RGGB", "BG10", "GB10", "BA10", "RG10", "pBAA", "pGAA",
    "pgAA", "pRAA", "BYR2", "GB16", "GR16", "RG16", "S910", "S920", "S501", "S505", "S508", "S561", "P207", "M310",
    "JL20", "SONX", "905C", "PJPG", "O511", "O518", "S680", "CITV", "KONI", "S401",
  ].map { CameraPixelFormat($0, .libv4l(.planar), 8) }

  private static let convertedGrey: [CameraPixelFormat] = ["Y04", "Y06", "Y10B"].map {
    CameraPixelFormat($0, .libv4l(.planar), 8, hasColour: false)
  }

  /// libv4l's way from HSV to 4:2:0 writes past the end of the frame; its way to RGB does not.
  private static let hsv: [CameraPixelFormat] = ["HSV3", "HSV4"].map { CameraPixelFormat($0, .libv4l(.rgb), 8) }
}
