import Core
import Faces
import Foundation
import Media
import Training

/// `mien detector train CONFIG.json [--resume|--force] [--lr R] [--epochs N] [--name NAME]`.
enum DetectorTrainCommand {
  static let row = Command(
    words: ["detector", "train"],
    summary: "Trains a face detector on images in which people marked faces.",
    operands: [Operand(placeholder: "CONFIG.json", kind: .file)],
    options: TrainOptions.all,
    details: [
      "data_path names the folder with boxes.csv (image,x,y,w,h), the images and, if there is one, landmarks.csv. "
        + "A fifth of the images judges the detector; the best so far is best.safetensors in the run's folder. "
        + "Keys are those of mien help train."
    ],
    examples: [("mien detector train configs/detector.json", "trains the detector that annotate uses")],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let (configuration, start) = (try TrainOptions.configuration(arguments), try TrainOptions.start(arguments))
    try RunClaim.check(configuration, start)
    let claim = try RunClaim(configuration, start)
    try trainer(configuration).run(start, claim)
  }

  private static func trainer(_ configuration: TrainingConfiguration) throws -> DetectorTrainer {
    let set = try DetectionSet(FaceBoxes(folder: configuration.dataPath), decode: GreyImage.init(file:))
    let settings = configuration.detection
    let crops = settings.crops.isEmpty ? nil : DataFolder(path: settings.crops, classes: LabelSet.fer2013.names)
    return try DetectorTrainer(
      configuration, set: set, negatives: images(in: settings.negatives), crops: crops?.load(.train))
  }

  /// All images of a folder in order of their names, halved until they are no larger than training needs.
  private static func images(in folder: String) throws -> [GreyImage] {
    guard !folder.isEmpty else { return [] }
    return try MediaLocations.expand([folder]).map { path in
      var image = try GreyImage(file: path)
      while max(image.width, image.height) > mostSide { image = image.halved }
      return image
    }
  }

  private static let mostSide = 1600
}

extension GreyImage {
  /// The luma of an image file as displayed.
  init(file: String) throws {
    guard let frame = try MediaInput.open(file).next() else {
      throw DataError.undecodable(file: file, reason: "it holds no image")
    }
    self.init(frame.luma)
  }
}
