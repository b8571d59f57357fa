/// Why a training run stops or cannot start.
public enum RunError: Error, Equatable {
  /// A file or folder cannot be written.
  case unwritable(file: String)
  /// A folder cannot be made.
  case uncreatable(folder: String, errno: Int32)
  /// The folder holds a run already, which nobody asked to overwrite.
  case runExists(folder: String)
  /// Another process trains in the folder.
  case runInUse(folder: String)
  /// The checkpoint was made with other images.
  case otherImages(checkpoint: String)
  /// The weights in `file`, which the run begins or learns from, saw `images` of the `count` that it holds out.
  case heldOutSeen(file: String, fold: String, images: Int, of: Int)
  /// No training image is left; `duplicates` were dropped because the validation split has them too.
  case nothingToTrain(duplicates: Int)
  /// The folder has no face to learn from, or no image to judge on.
  case tooFewImages(folder: String)
  /// The loss is no number any more.
  case lossDiverged(epoch: Int, step: Int)
  /// The loss on the validation split is no number any more; `checkpoint` is of before.
  case validationDiverged(epoch: Int, checkpoint: String)
  /// No architecture has this name.
  case unknownArchitecture(name: String, known: [String])
  /// `--resume` without a checkpoint.
  case nothingToResume(folder: String)
  /// The checkpoint was made with other values of `keys`.
  case otherConfiguration(checkpoint: String, keys: [String])
  /// The checkpoint cannot be used; `detail` says why in technical words.
  case badCheckpoint(file: String, detail: String)
  /// A frozen name is the beginning of no parameter's name.
  case frozenNothing(name: String)
  /// Most of the weights named by `pretrained` do not fit the architecture.
  case badPretrained(AdoptedWeights)
  /// The model in `file` has no head with the run's classes.
  case badTeacher(file: String, classes: [String])
}
