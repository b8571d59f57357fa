import CFFmpeg

/// How Y'CbCr samples stand for R'G'B': the luma weights and the range.
struct ColourSpace: Hashable, Sendable {
  /// Weight of red in luma.
  let red: Double
  /// Weight of blue in luma.
  let blue: Double
  /// Luma 0–255 and chroma 0–255 at 8 bits; else 16–235 and 16–240.
  let fullRange: Bool

  /// Weight of green in luma.
  var green: Double { 1 - red - blue }

  /// ITU-R BT.601, 709 and 2020 (H.273's table); unspecified is 709 from 720 rows and 601 below, as players take it.
  init(space: AVColorSpace, range: AVColorRange, isYUVJ: Bool, height: Int) {
    (red, blue) = ColourSpace.weights(space, height)
    fullRange = range == AVCOL_RANGE_JPEG || isYUVJ
  }

  private static func weights(_ space: AVColorSpace, _ height: Int) -> (Double, Double) {
    switch space {
    case AVCOL_SPC_BT709: (0.2126, 0.0722)
    case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: (0.2627, 0.0593)
    case AVCOL_SPC_SMPTE240M: (0.212, 0.087)
    case AVCOL_SPC_FCC: (0.30, 0.11)
    case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M: (0.299, 0.114)
    default: height >= 720 ? (0.2126, 0.0722) : (0.299, 0.114)
    }
  }

  /// Smallest luma sample at `depth` bits.
  func lumaFloor(_ depth: Int) -> Int { fullRange ? 0 : 16 << (depth - 8) }
  /// Steps from black to white at `depth` bits.
  func lumaSpan(_ depth: Int) -> Int { fullRange ? (1 << depth) - 1 : 219 << (depth - 8) }
  /// Steps from the least to the greatest colour difference at `depth` bits.
  func chromaSpan(_ depth: Int) -> Int { fullRange ? (1 << depth) - 1 : 224 << (depth - 8) }
}
