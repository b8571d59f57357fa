/// What a configuration says of a face detector's training beyond what all trainings have.
public struct DetectionSettings: Sendable, Hashable {
  /// Folder of images without faces; empty for none.
  public var negatives = ""
  /// Folder of FER2013 (or another set of crops framed like it), whose training faces are painted into scenes; empty for none.
  public var crops = ""
  /// Training scenes of an epoch.
  public var scenes = 4096
  /// Channels at strides 4, 8 and 16.
  public var channels = [16, 32, 48]
  /// Residual blocks at strides 8 and 16.
  public var blocks = [1, 1]
  /// Smallest and largest side of the face that a scene is made around, pixels.
  public var sides: ClosedRange<Float> = 15...116
  /// Part of the scenes that show images without faces.
  public var emptiness: Float = 0.25
  /// Part of the faces that get another's features from the crops.
  public var exchange: Float = 0.25
  /// Part of the faces that something covers in part.
  public var cover: Float = 0.25
  /// Score from which on the detector calls a face; a half where there is one false alarm in ten validation images.
  public var threshold: Float = 0.5

  /// The defaults.
  public init() {}
}

extension ConfigurationKey {
  /// Keys of `mien detector train`.
  static let detection = [
    ConfigurationKey("negatives", .text, "detector train: folder of images without faces") {
      $0.detection.negatives = $1.text
    },
    ConfigurationKey("crops", .text, "detector train: folder of FER2013, whose faces are painted into scenes") {
      $0.detection.crops = $1.text
    },
    ConfigurationKey("scenes", .whole(1...10_000_000), "detector train: scenes of an epoch") {
      $0.detection.scenes = $1.whole
    },
    ConfigurationKey("channels", .numbers(3, 1...512), "detector train: channels at strides 4, 8, 16") {
      $0.detection.channels = $1.wholes
    },
    ConfigurationKey("blocks", .numbers(2, 0...8), "detector train: residual blocks at strides 8, 16") {
      $0.detection.blocks = $1.wholes
    },
    ConfigurationKey("least_side", .number(8...512), "detector train: side of the smallest faces, pixels") {
      $0.detection.sides = $1.float...max($1.float, $0.detection.sides.upperBound)
    },
    ConfigurationKey("most_side", .number(8...512), "detector train: side of the largest faces, pixels") {
      $0.detection.sides = min($1.float, $0.detection.sides.lowerBound)...$1.float
    },
    ConfigurationKey("emptiness", .number(0...1), "detector train: part of the scenes without people") {
      $0.detection.emptiness = $1.float
    },
    ConfigurationKey("exchange", .number(0...1), "detector train: part of the faces that get a crop's features") {
      $0.detection.exchange = $1.float
    },
    ConfigurationKey("cover", .number(0...1), "detector train: part of the faces that are covered in part") {
      $0.detection.cover = $1.float
    },
    ConfigurationKey("threshold", .number(0.01...0.99), "detector train: score from which on the detector calls a face")
    {
      $0.detection.threshold = $1.float
    },
  ]
}
