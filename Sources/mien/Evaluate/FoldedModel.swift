import Core
import Evaluation
import Foundation
import Recognition
import Training

/// A model of which every fold has weights of its own: the folder of a run. A file stands for all folds.
struct FoldedModel {
  private let member: ModelLibrary.Member
  private let isRun: Bool

  /// The models that `names` stand for, each once, and those that are named again.
  static func all(_ names: [String]) throws -> (models: [FoldedModel], repeated: [String]) {
    let (members, repeated) = ModelLibrary.once(try names.flatMap(Self.members))
    return (members.map { FoldedModel(member: $0, isRun: FileName.isFolder($0.file)) }, repeated)
  }

  private static func members(_ name: String) throws -> [ModelLibrary.Member] {
    FileName.isFolder(name) ? [.init(file: name)] : try ModelLibrary().members(of: [name]).members
  }

  /// The model to judge `held`, the images that `fold` holds out: it must not have seen them.
  /// - Throws: `EvaluationError`, or what reading the file throws.
  func model(for fold: Fold, _ held: FaceDataSet) throws -> Model {
    let path = member.file
    let file = isRun ? "\(path)/\(fold.folder)/best.safetensors" : path
    guard !isRun || FileManager.default.fileExists(atPath: file) else {
      throw EvaluationError.missingFold(folder: path, fold: fold.description)
    }
    var model = try isRun ? Model(path: file) : member.model()
    try checkFold(model, fold, file)
    try checkImages(model, fold, held, file)
    if isRun { model.name = URL(fileURLWithPath: path).lastPathComponent }
    return model
  }

  /// A file that says which fold it was made for must say this one, and one in a run's folder must say so.
  private func checkFold(_ model: Model, _ fold: Fold, _ file: String) throws(EvaluationError) {
    let found = model.metadata["fold"]
    guard found == fold.description || (found == nil && !isRun) else {
      throw .otherFold(file: file, needed: fold.description, found: found)
    }
  }

  /// The folds of a data set that has changed are others under the same names.
  private func checkImages(
    _ model: Model, _ fold: Fold, _ held: FaceDataSet, _ file: String
  ) throws(EvaluationError) {
    guard let trainedOn = TrainedOn(metadata: model.metadata) else {
      if model.metadata["fold"] == nil { return }
      throw .unknownImages(file: file, fold: fold.description)
    }
    let seen = trainedOn.seen(in: held, people: fold.kind == .subjects)
    guard seen == 0 else {
      throw .seenImages(file: file, fold: fold.description, images: seen, of: held.count)
    }
  }
}
