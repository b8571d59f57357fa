import Foundation
import Recognition
import Training

/// `mien train CONFIG.json [--resume] [--fold subjects:I/K|images:I/K]`.
enum TrainCommand {
  static let resume = Option<Bool>.flag("--resume", "Go on from the run's last checkpoint.")
  private static let fold = Option<String>.text(
    "--fold", "subjects:I/K|images:I/K", "Hold out fold I of K: whole subjects, or pictures at random (JAFFE, CK+).")

  static let row = Command(
    words: ["train"],
    summary: "Trains a network on pictures of faces.",
    operands: [Operand(placeholder: "CONFIG.json", kind: .file)],
    options: [resume.spec, fold.spec],
    details: [
      "A fold's weights are those after the last epoch (the held-out pictures choose nothing) and lie in a folder of "
        + "their own below the run's, where mien evaluate --folds finds them.",
      "Keys of CONFIG.json:\n" + keys,
    ],
    examples: [("mien train configs/fer2013_config.json", "trains AlexNet on FER2013")],
    run: run)

  private static var keys: String {
    ConfigurationKey.table.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n")
  }

  private static func run(_ arguments: Arguments) throws {
    var configuration = try TrainingConfiguration(file: arguments.operands[0])
    configuration.program = "mien \(Mien.version)"
    let fold = try arguments[Self.fold].map { text in
      guard let fold = Fold(text) else { throw CommandLineError.badValue(option: Self.fold.spec, text: text) }
      return fold
    }
    if let fold { configuration.holdOut(fold) }
    let sets = try load(configuration, fold)
    let trainer = try Trainer(configuration, train: sets.train, validation: sets.validation)
    try trainer.run(resumes: arguments.has(resume))
  }

  private static func load(
    _ configuration: TrainingConfiguration, _ fold: Fold?
  ) throws -> (train: FaceDataSet, validation: FaceDataSet) {
    let folder = DataFolder(
      path: configuration.dataPath, classes: configuration.classNames, decode: PictureFile.grey)
    guard let fold else { return (try folder.load(.train), try folder.load(.val)) }
    let parts = try fold.split(folder.loadAll(for: fold.kind))
    return (parts.train, parts.held)
  }
}
