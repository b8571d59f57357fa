import Core
import Training
import WeightFiles

extension ConfigurationError: Explained {
  var sentence: String {
    switch self {
    case .unreadable(let file):
      "\(file) cannot be read: name a training configuration, such as configs/fer2013_config.json."
    case .notJSON(let file, let line, let near) where near.isEmpty:
      "\(file), line \(line): the file ends before its JSON does: is a bracket missing?"
    case .notJSON(let file, let line, let near):
      "\(file), line \(line): this is no JSON at \(quoted(near)): look for a comma or a quotation mark just before it."
    case .notAnObject(let file): "\(file) is not a JSON object: compare it with a file in configs."
    case .unknownKey(let file, let line, let key, let nearest):
      "\(file), line \(line): the key \(quoted(key)) is not known: "
        + (nearest.map { "did you mean \(quoted($0))?" } ?? "mien help train lists the keys.")
    case .wrongValue(let file, let line, let key, let value, let expected):
      "\(file), line \(line): \(quoted(key)) cannot be \(quoted(value)): it takes \(expected.words)."
    }
  }
}

extension ConfigurationKey.Kind {
  /// What it takes, for a sentence.
  fileprivate var words: String {
    switch self {
    case .text: "a text"
    case .list: "a list of texts"
    case .numbers(let count, let range): "\(count) whole numbers from \(range.lowerBound) to \(range.upperBound)"
    case .flag: "true or false"
    case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    }
  }
}

extension DataError: Explained {
  var sentence: String {
    switch self {
    case .nothingFound(let folder, let expected):
      "\(folder) holds no data set: it should have \(expected.joined(separator: " or "))."
    case .noSuchSplit(let folder, let split, let present):
      "\(folder) has no split \(quoted(split)): it has \(present.joined(separator: ", ")); choose one with --split."
    case .unreadable(let file): "\(file) cannot be read: check its name and permissions."
    case .empty(let file): "\(file) holds no image of this split."
    case .missingColumn(let file, let column, let found):
      "\(file) has no column \(quoted(column)) in its first line: it has \(listed(found.map { String($0.prefix(20)) }))."
    case .badHead(let file, let fault): "\(file) \(fault.words)."
    case .noUsage(let file):
      "\(file) has no column \(quoted("Usage")), which says Training, PublicTest or PrivateTest of each row: add it, or give train.csv, val.csv and test.csv."
    case .foldsOnly(let folder):
      "\(folder) holds all.csv alone, which is for folds: give --fold subjects:I/K to train and --folds subjects:K to evaluate."
    case .foreignNumbers(let folder, let found, let classes):
      "\(folder) has folders numbered \(listed(found)), which are not 0 to \(classes.count - 1) for \(classes.joined(separator: ", ")): name the folders by their expressions."
    case .noClassFolders(let folder, let found, let classes):
      "\(folder) has no folder of a class: it has \(listed(found)) and needs \(listed(classes, most: 8))."
    case .badRow(let file, let line, let fault): "\(file), line \(line): \(fault.words)."
    case .votesMismatch(let file, let usage, let rows, let images):
      "\(file) has \(rows) rows with Usage \(usage) for \(images) images: they must be the same rows in the same order."
    case .noSubjects(let folder): "\(folder)/all.csv names no subjects: folds need a column \"subject\"."
    case .badFold(let index, let count, let units, let kind):
      "There is no fold \(index) of \(count): the data set has \(units) \(kind.rawValue)."
    case .undecodable(let file, let reason): "\(file) is no image that can be read (\(reason))."
    }
  }
}

extension HeadFault {
  fileprivate var words: String {
    switch self {
    case .noNames: "has no line of column names: its first line should be emotion,pixels"
    case .carriageReturns:
      "has lines that end with carriage returns alone, as on old Macs: save it again with line feeds (Unix or Windows text)"
    case .binary: "is no text, so no CSV file"
    }
  }
}

/// The sentence for a note on a data set.
func sentence(for note: DataNote) -> String {
  switch note {
  case .foldersLeftOut(let names, let root, let classes):
    "\(root): left out \(listed(names)), whose \(names.count == 1 ? "name is" : "names are") of no class: classes are "
      + "\(listed(classes, most: 8))."
  case .filesPassedOver(let files):
    "Passed over \(listed(files, most: 3)): no \(files.count == 1 ? "image" : "images") by \(files.count == 1 ? "its name" : "their names")."
  case .numbersTaken(let names, let root, let classes):
    "\(root): folders are taken as " + listed(zip(names, classes).map { "\($0) \($1)" }, most: 8) + "."
  case .classesWithoutFolder(let classes, let root): "\(root) has no folder of \(listed(classes, most: 8))."
  case .heldOut(let count, let all, let folder, let subjects):
    "\(folder) has no validation split: \(count) of the \(all) training images\(subjects ? ", whole subjects," : "") are held out as one."
  }
}

/// What was taken from the weights that a run begins with.
func sentence(for adopted: AdoptedWeights) -> String {
  let fits = "\(adopted.file): \(adopted.taken) of the \(adopted.needed) tensors of \(adopted.architecture) taken"
  let rest = adopted.rest.parts
  return rest.isEmpty ? fits + "." : "\(fits); the others begin at random. In the file, \(rest)."
}

extension WeightMismatch {
  /// `missing are a, b; extra are c`; empty where all fits.
  fileprivate var parts: String {
    let parts = [("missing", missing), ("not known", extra), ("of another shape", misshapen.map(\.name))]
    return parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.count == 1 ? "is" : "are") \(listed($0.1, most: 3))" }
      .joined(separator: "; ")
  }
}

/// How a run ended and what it wrote; where that is no news, it had ended before.
func sentence(for end: RunEnd, of run: TrainingConfiguration, epochs: Int, isNews: Bool) -> String {
  let count = counted(epochs, "epoch")
  let stood = "the accuracy stood still for \(run.plateauCount) (max_plateau_count)"
  let cause = end == .stoodStill ? "\(count): \(stood)" : count
  guard isNews else {
    let more = end == .stoodStill ? "a larger max_plateau_count" : "--epochs above \(epochs)"
    return "The run in \(run.runFolder) had ended after \(cause). Give \(more) to go on."
  }
  return "Ended after \(cause). Wrote \(run.runFiles.joined(separator: ", ")) and curves in \(run.runLogs)."
}

extension RowFault {
  fileprivate var words: String {
    switch self {
    case .fewColumns(let found, let expected): "it has \(found) columns where the first line has \(expected)"
    case .notAClass(let text): "\(quoted(text)) is no class: a whole number or an expression is needed"
    case .classOutOfRange(let label, let classes): "class \(label) is outside 0 to \(classes - 1): check num_classes"
    case .badPixel(let text): "\(quoted(text)) is no pixel: whole numbers from 0 to 255 are needed"
    case .pixelCount(let found, let expected): "the image has \(found) pixels: \(expected) are needed"
    case .badVote(let text): "\(quoted(text)) is no number of votes"
    case .unknownUsage(let text): "Usage \(quoted(text)) is none of Training, PublicTest, PrivateTest"
    }
  }
}

extension RunError: Explained {
  var sentence: String {
    switch self {
    case .unwritable(let file): "\(file) cannot be written: check permissions and space."
    case .uncreatable(let folder, let code): "\(folder) cannot be made: \(systemReason(code))."
    case .runExists(let folder):
      "\(folder) holds a run already: go on with it by --resume, replace it by --force, or give another model_name (--name)."
    case .runInUse(let folder):
      "\(folder) is in use by another run: wait for its end, or give another model_name (--name)."
    case .otherImages(let checkpoint):
      "\(checkpoint) was made with other training images: the data set has changed. Restore it, or start without --resume."
    case .heldOutSeen(let file, let fold, let images, let all):
      "\(file) was trained on \(images) of the \(all) images that fold \(fold) holds out: start from weights that did not see them."
    case .tooFewImages(let folder):
      "\(folder) has too few images: a detector needs faces to learn from and images to be judged on."
    case .lossDiverged(let epoch, let step):
      "The loss became infinite in epoch \(epoch), step \(step): lower lr, or set clip_norm."
    case .validationDiverged(let epoch, let checkpoint):
      "The loss on the validation images became infinite in epoch \(epoch): lower lr, or set clip_norm. \(checkpoint) holds the run as it was before."
    case .unknownArchitecture(let name, let known):
      "There is no architecture \(quoted(name)): \(nearest(to: name, in: known).map { "did you mean \(quoted($0))?" } ?? "it may be \(known.joined(separator: ", ")).")"
    case .nothingToTrain(let duplicates):
      "No image is left to train with: all \(duplicates) are in the validation split too (\"drop_duplicates\": false keeps them)."
    case .nothingToResume(let folder): "\(folder) holds no checkpoint to resume: start without --resume."
    case .otherConfiguration(let checkpoint, let keys):
      "\(checkpoint) was made with other values of \(keys.joined(separator: ", ")): restore them, or start without --resume."
    case .badCheckpoint(let file, let detail):
      "\(file) is no checkpoint of this network (\(detail)): start without --resume."
    case .frozenNothing(let name): "freeze names \(quoted(name)), with which no parameter begins."
    case .badPretrained(let found):
      "\(found.file) hardly fits \(found.architecture): \(found.taken) of \(found.needed) tensors. \(found.rest.parts.prefix(1).uppercased() + found.rest.parts.dropFirst())."
    case .badTeacher(let file, let classes):
      "\(file) is no teacher: it does not know \(classes.joined(separator: ", "))."
    }
  }
}
