import Foundation
import Networks

/// A folder with pictures, in any of the layouts that people have:
/// `train.csv`, `val.csv`, `test.csv`; one file with a column `Usage`; `all.csv` (folded by subject);
/// or `train`, `val`, `test` with a folder a class in each (or just a folder a class). FER+'s votes lie beside it.
public struct DataFolder: Sendable {
  /// The folder's path.
  public var path: String
  /// Class names in the labels' order: for checking labels and for finding a folder a class.
  public var classes: [String]
  /// Extent of a picture of a CSV file.
  public var shape = Shape(height: 48, width: 48, channels: 1)
  /// Decodes a picture file into grey bytes of `shape`; nil where only text can be read.
  public var decode: (@Sendable (_ file: String, _ shape: Shape) throws -> [UInt8])?

  /// Files that hold every split, told apart by a column `Usage`.
  static let wholeFiles = ["fer2013.csv", "icml_face_data.csv"]
  /// The file that holds all pictures of a set that is folded by subject.
  static let foldedFile = "all.csv"
  /// FER+'s votes.
  static let votesFile = "fer2013new.csv"

  /// A folder at `path` with pictures of `classes`.
  public init(
    path: String, classes: [String], decode: (@Sendable (_ file: String, _ shape: Shape) throws -> [UInt8])? = nil
  ) {
    self.path = path
    self.classes = classes
    self.decode = decode
  }

  /// Reads `split`, with votes where the folder has them.
  /// - Throws: `DataError`.
  public func load(_ split: Split) throws -> FaceDataSet {
    var set = try pictures(split)
    if exists(Self.votesFile) { try VotesCSV.attach(file(Self.votesFile), split: split, to: &set) }
    return set
  }

  /// Reads all pictures, for folds.
  /// - Throws: `DataError.noSubjects` where `kind` needs subjects and the rows name none.
  public func loadAll(for kind: Fold.Kind = .subjects) throws -> FaceDataSet {
    guard exists(Self.foldedFile) else { throw nothingFound([Self.foldedFile]) }
    let set = try PictureCSV.read(file(Self.foldedFile), split: nil, classes: classes.count, shape: shape)
    guard kind != .subjects || set.subjects.count == set.count else { throw DataError.noSubjects(folder: path) }
    return set
  }

  private func pictures(_ split: Split) throws -> FaceDataSet {
    if exists("\(split).csv") {
      return try PictureCSV.read(file("\(split).csv"), split: nil, classes: classes.count, shape: shape)
    }
    if let whole = Self.wholeFiles.first(where: exists) {
      return try PictureCSV.read(file(whole), split: split, classes: classes.count, shape: shape)
    }
    if let folder = ClassFolders(self, split) { return try folder.load() }
    throw missing(split)
  }

  private func missing(_ split: Split) -> DataError {
    let present = Split.allCases.filter { exists("\($0).csv") || exists("\($0)") }.map(\.rawValue)
    guard present.isEmpty else { return .noSuchSplit(folder: path, split: split.rawValue, present: present) }
    return nothingFound(["\(split).csv"] + Self.wholeFiles + ["\(split)/\(classes[0])"])
  }

  private func nothingFound(_ names: [String]) -> DataError { .nothingFound(folder: path, expected: names) }

  func file(_ name: String) -> String { path + "/" + name }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}
