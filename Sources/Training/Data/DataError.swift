/// Why a data set cannot be read. `file` is a path, `line` counts from 1.
public enum DataError: Error, Equatable {
  /// None of the files that a data set may be made of is in `folder`; `expected` are their names.
  case nothingFound(folder: String, expected: [String])
  /// There is no split called `split`; `present` are those that are there.
  case noSuchSplit(folder: String, split: String, present: [String])
  /// The file cannot be read.
  case unreadable(file: String)
  /// The file holds no image.
  case empty(file: String)
  /// The first line is no line of column names.
  case badHead(file: String, fault: HeadFault)
  /// A file for all splits without a column that tells them apart.
  case noUsage(file: String)
  /// The folder has images for folds alone.
  case foldsOnly(folder: String)
  /// Folders of classes are numbered otherwise than the classes: `found` are their names.
  case foreignNumbers(folder: String, found: [String], classes: [String])
  /// No folder is that of a class; `found` are those that are there.
  case noClassFolders(folder: String, found: [String], classes: [String])
  /// The first line lacks a needed column; `found` are those it has.
  case missingColumn(file: String, column: String, found: [String])
  /// A row is wrong.
  case badRow(file: String, line: Int, fault: RowFault)
  /// The votes' rows of `usage` are not as many as its images.
  case votesMismatch(file: String, usage: String, rows: Int, images: Int)
  /// Subject folds of a set whose rows name no subject.
  case noSubjects(folder: String)
  /// Fold `index` of `count`, for `units` subjects or images.
  case badFold(index: Int, count: Int, units: Int, of: Fold.Kind)
  /// An image file cannot be decoded; `reason` is the decoder's.
  case undecodable(file: String, reason: String)
}

/// Why the first line of a file names no columns.
public enum HeadFault: Hashable, Sendable {
  /// It is a row.
  case noNames
  /// Lines end with carriage returns alone, as on Macs before 2001.
  case carriageReturns
  /// The file is no text.
  case binary
}

/// What was done with a data set that people should know.
public enum DataNote: Hashable, Sendable {
  /// Folders whose names are of no class were left out.
  case foldersLeftOut([String], in: String, classes: [String])
  /// Files that are no images were passed over.
  case filesPassedOver([String])
  /// Folders with numbers were taken as the classes in order.
  case numbersTaken([String], in: String, classes: [String])
  /// Classes for which there is no folder.
  case classesWithoutFolder([String], in: String)
  /// There is no validation split: so many images of the training split were held out instead.
  case heldOut(Int, of: Int, folder: String, subjects: Bool)
}

/// What is wrong with a row of a data set.
public enum RowFault: Hashable, Sendable {
  /// It has fewer columns than the first line.
  case fewColumns(found: Int, expected: Int)
  /// The class is no whole number.
  case notAClass(String)
  /// The class is outside `0..<classes`.
  case classOutOfRange(Int, classes: Int)
  /// A pixel is no whole number of 0 to 255.
  case badPixel(String)
  /// The image has another number of pixels than `expected`.
  case pixelCount(found: Int, expected: Int)
  /// A vote is no number.
  case badVote(String)
  /// The column `Usage` holds none of the known words.
  case unknownUsage(String)
}
