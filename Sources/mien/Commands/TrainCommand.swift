import Foundation
import Media
import Training

/// `mien train CONFIG.json [--resume|--force] [--lr R] [--epochs N] [--name NAME] [--fold subjects:I/K|images:I/K]`.
enum TrainCommand {
  private static let fold = Option<String>.text(
    "--fold", "subjects:I/K|images:I/K", "Hold out fold I of K: whole subjects, or images at random (JAFFE, CK+).")

  static let row = Command(
    words: ["train"],
    summary: "Trains a network on images of faces.",
    operands: [Operand(placeholder: "CONFIG.json", kind: .file)],
    options: TrainOptions.all + [fold.spec],
    details: [
      "A fold's weights are those after the last epoch (the held-out images choose nothing) and lie in a folder of "
        + "their own below the run's, where mien evaluate --folds finds them.",
      "A run of the same name is never overwritten unasked: --resume goes on with it, --force replaces it. With cosine and "
        + "onecycle, whose rate depends on the number of epochs, more epochs go on at the rate of the longer run.",
      "Keys of CONFIG.json:\n" + keys,
    ],
    examples: [
      ("mien train configs/fer2013_config.json", "trains AlexNet on FER2013"),
      ("mien train configs/fer2013_config.json --name slow --lr 0.00005", "the same at half the rate, beside it"),
      ("mien train configs/fer2013_config.json --resume --epochs 80", "goes on after the end, up to epoch 80"),
    ],
    run: run)

  private static var keys: String {
    let width = ConfigurationKey.table.map(\.name.count).max() ?? 0
    return ConfigurationKey.table.map { "  \(padded($0.name, width))  \($0.summary)" }.joined(separator: "\n")
  }

  private static func run(_ arguments: Arguments) throws {
    var configuration = try TrainOptions.configuration(arguments)
    let (fold, start) = (try heldOut(arguments), try TrainOptions.start(arguments))
    if let fold { configuration.holdOut(fold) }
    try RunClaim.check(configuration, start)
    let sets = try load(configuration, fold)
    DataNotes.show(sets.train, sets.validation)
    let claim = try RunClaim(configuration, start)
    let trainer = try Trainer(configuration, train: sets.train, validation: sets.validation)
    try trainer.run(start, claim)
  }

  private static func heldOut(_ arguments: Arguments) throws(CommandLineError) -> Fold? {
    guard let text = arguments[fold] else { return nil }
    guard let found = Fold(text) else { throw .badFold(fold.spec, text: text) }
    return found
  }

  private static func load(
    _ configuration: TrainingConfiguration, _ fold: Fold?
  ) throws -> (train: FaceDataSet, validation: FaceDataSet) {
    let folder = DataFolder(
      path: configuration.dataPath, classes: configuration.classNames, decode: ImageFile.grey,
      isImage: MediaLocations.isMedia)
    guard let fold else { return try folder.loadForTraining() }
    let parts = try fold.split(folder.loadAll(for: fold.kind))
    return (parts.train, parts.held)
  }
}
