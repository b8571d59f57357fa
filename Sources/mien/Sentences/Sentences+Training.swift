import Training

extension ConfigurationError: Explained {
  var sentence: String {
    switch self {
    case .unreadable(let file):
      "\(file) cannot be read: name a training configuration, such as configs/fer2013_config.json."
    case .notJSON(let file, let reason): "\(file) is not a JSON object (\(reason)): compare it with a file in configs."
    case .unknownKey(let file, let key, let nearest):
      "\(file) has the key \(quoted(key)), which is not known: did you mean \(quoted(nearest))?"
    case .wrongValue(let file, let key, let value, let expected):
      "\(file) gives \(quoted(key)) the value \(quoted(value)): it takes \(expected.words)."
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
      "\(folder) has no split \(quoted(split)): it has \(present.joined(separator: ", "))."
    case .unreadable(let file): "\(file) cannot be read: check its name and permissions."
    case .empty(let file): "\(file) holds no picture of this split."
    case .missingColumn(let file, let column, let found):
      "\(file) has no column \(quoted(column)) in its first line: it has \(found.joined(separator: ", "))."
    case .badRow(let file, let line, let fault): "\(file), line \(line): \(fault.words)."
    case .votesMismatch(let file, let usage, let rows, let pictures):
      "\(file) has \(rows) rows with Usage \(usage) for \(pictures) pictures: they must be the same rows in the same order."
    case .noSubjects(let folder): "\(folder)/all.csv names no subjects: folds need a column \"subject\"."
    case .badFold(let index, let count, let units, let kind):
      "There is no fold \(index) of \(count): the data set has \(units) \(kind.rawValue)."
    case .undecodable(let file, let reason): "\(file) is no picture that can be read (\(reason))."
    }
  }
}

extension RowFault {
  fileprivate var words: String {
    switch self {
    case .fewColumns(let found, let expected): "it has \(found) columns where the first line has \(expected)"
    case .notAClass(let text): "\(quoted(text)) is no class: a whole number is needed"
    case .classOutOfRange(let label, let classes): "class \(label) is outside 0 to \(classes - 1): check num_classes"
    case .badPixel(let text): "\(quoted(text)) is no pixel: whole numbers from 0 to 255 are needed"
    case .pixelCount(let found, let expected): "the picture has \(found) pixels: \(expected) are needed"
    case .badVote(let text): "\(quoted(text)) is no number of votes"
    case .unknownUsage(let text): "Usage \(quoted(text)) is none of Training, PublicTest, PrivateTest"
    }
  }
}

extension RunError: Explained {
  var sentence: String {
    switch self {
    case .unwritable(let file): "\(file) cannot be written: check permissions and space."
    case .tooFewPictures(let folder):
      "\(folder) has too few pictures: a detector needs faces to learn from and pictures to be judged on."
    case .lossDiverged(let epoch, let step):
      "The loss became infinite in epoch \(epoch), step \(step): lower lr, or set clip_norm."
    case .validationDiverged(let epoch, let checkpoint):
      "The loss on the validation pictures became infinite in epoch \(epoch): lower lr, or set clip_norm. \(checkpoint) holds the run as it was before."
    case .unknownArchitecture(let name, let known):
      "There is no architecture \(quoted(name)): did you mean \(quoted(nearest(to: name, in: known) ?? known[0]))?"
    case .nothingToTrain(let duplicates):
      "No picture is left to train with: all \(duplicates) are in the validation split too (drop_duplicates)."
    case .nothingToResume(let folder): "\(folder) holds no checkpoint to resume: start without --resume."
    case .otherConfiguration(let checkpoint, let keys):
      "\(checkpoint) was made with other values of \(keys.joined(separator: ", ")): restore them, or start without --resume."
    case .badCheckpoint(let file, let detail):
      "\(file) is no checkpoint of this network (\(detail)): start without --resume."
    case .frozenNothing(let name): "freeze names \(quoted(name)), with which no parameter begins."
    case .badPretrained(let file, let architecture): "\(file) has no weights that fit \(architecture)."
    case .badTeacher(let file, let classes):
      "\(file) is no teacher: it does not know \(classes.joined(separator: ", "))."
    }
  }
}
