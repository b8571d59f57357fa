/// Why a training run stops or cannot start.
public enum RunError: Error, Equatable {
  /// A file or folder cannot be written.
  case unwritable(file: String)
  /// No training picture is left; `duplicates` were dropped because the validation split has them too.
  case nothingToTrain(duplicates: Int)
  /// The folder has no face to learn from, or no picture to judge on.
  case tooFewPictures(folder: String)
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
  /// The weights named by `pretrained` have no tensor in common with the architecture.
  case badPretrained(file: String, architecture: String)
  /// The model in `file` has no head with the run's classes.
  case badTeacher(file: String, classes: [String])
}
