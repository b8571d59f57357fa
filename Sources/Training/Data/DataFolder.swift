import Core
import Foundation
import Networks

/// A folder with images, in any of the layouts that people have:
/// `train.csv`, `val.csv`, `test.csv`; one file with a column `Usage`; `all.csv` (folded by subject);
/// or `train`, `val`, `test` with a folder a class in each (or just a folder a class). FER+'s votes lie beside it.
/// Splits and classes are also found by other usual names (`Split.words`, `ClassWords`).
public struct DataFolder: Sendable {
  /// The folder's path.
  public var path: String
  /// Class names in the labels' order: for checking labels and for finding a folder a class.
  public var classes: [String]
  /// Extent of an image of a CSV file.
  public var shape = Shape(height: 48, width: 48, channels: 1)
  /// Decodes an image file into grey bytes of `shape`; nil where only text can be read.
  public var decode: (@Sendable (_ file: String, _ shape: Shape) throws -> [UInt8])?
  /// Whether a file's name is that of an image; other files in folders of classes are passed over.
  public var isImage: @Sendable (_ name: String) -> Bool

  /// Files that hold every split, told apart by a column `Usage`.
  static let wholeFiles = ["fer2013.csv", "icml_face_data.csv"]
  /// The file that holds all images of a set that is folded by subject.
  static let foldedFile = "all.csv"
  /// FER+'s votes.
  static let votesFile = "fer2013new.csv"

  /// A folder at `path` with images of `classes`.
  public init(
    path: String, classes: [String], decode: (@Sendable (_ file: String, _ shape: Shape) throws -> [UInt8])? = nil,
    isImage: @escaping @Sendable (_ name: String) -> Bool = { _ in true }
  ) {
    self.path = path
    self.isImage = isImage
    self.classes = classes
    self.decode = decode
  }

  /// Reads `split`, with votes where the folder has them.
  /// - Throws: `DataError`.
  public func load(_ split: Split) throws -> FaceDataSet {
    var set = try images(split)
    if exists(Self.votesFile) { try VotesCSV.attach(file(Self.votesFile), split: split, to: &set) }
    return set
  }

  /// Reads all images, for folds.
  /// - Throws: `DataError.noSubjects` where `kind` needs subjects and the rows name none.
  public func loadAll(for kind: Fold.Kind = .subjects) throws -> FaceDataSet {
    guard exists(Self.foldedFile) else { throw nothingFound([Self.foldedFile]) }
    let set = try ImageCSV.read(file(Self.foldedFile), split: nil, classes: ClassWords(classes), shape: shape)
    guard kind != .subjects || set.subjects.count == set.count else { throw DataError.noSubjects(folder: path) }
    return set
  }

  /// Reads the images to train with and those to judge each epoch on: where there is no validation split, a tenth of the
  /// training split (whole subjects where it names them), never the test split.
  /// - Throws: `DataError`.
  public func loadForTraining() throws -> (train: FaceDataSet, validation: FaceDataSet) {
    let train = try load(.train)
    return hasOwn(.val) ? (train, try load(.val)) : try holdOut(from: train)
  }

  private func holdOut(from all: FaceDataSet) throws -> (train: FaceDataSet, validation: FaceDataSet) {
    let people = Set(all.subjects).count
    let kind: Fold.Kind = people > 1 && all.subjects.count == all.count ? .subjects : .images
    let parts = max(2, min(10, kind == .subjects ? people : all.count))
    var (train, held) = try Fold(kind, index: 1, count: parts).split(all)
    let note = DataNote.heldOut(held.count, of: all.count, folder: path, subjects: kind == .subjects)
    (train.notes, held.notes) = (all.notes, [note])
    return (train, held)
  }

  private func images(_ split: Split) throws -> FaceDataSet {
    let words = ClassWords(classes)
    if let name = csv(of: split) { return try ImageCSV.read(file(name), split: nil, classes: words, shape: shape) }
    if let whole = Self.wholeFiles.first(where: exists) {
      return try ImageCSV.read(file(whole), split: split, classes: words, shape: shape)
    }
    if let folder = try ClassFolders(self, split) { return try folder.load() }
    throw missing(split)
  }

  /// Whether `split` has images of its own.
  private func hasOwn(_ split: Split) -> Bool {
    csv(of: split) != nil || Self.wholeFiles.contains(where: exists) || folder(of: split) != nil
  }

  /// The CSV file of `split`: `val.csv`, `Validation.csv`, …
  private func csv(of split: Split) -> String? {
    entry(of: split) { $0.lowercased().hasSuffix(".csv") ? String($0.dropLast(4)) : nil }
  }

  /// The folder of `split`: `val`, `Validation`, …
  func folder(of split: Split) -> String? { entry(of: split) { FileName.isFolder(file($0)) ? $0 : nil } }

  /// The entry whose stem is the first of the words for `split`, the usual ones before FER2013's own.
  private func entry(of split: Split, _ stem: (String) -> String?) -> String? {
    let found = names(in: path).compactMap { name in stem(name).map { (name: name, stem: $0.lowercased()) } }
    return (split.words.dropFirst() + [split.usage]).lazy
      .compactMap { word in found.first { $0.stem == word.lowercased() }?.name }.first
  }

  private func missing(_ split: Split) -> DataError {
    let present = Split.allCases.compactMap { csv(of: $0) == nil && folder(of: $0) == nil ? nil : $0.rawValue }
    guard present.isEmpty else { return .noSuchSplit(folder: path, split: split.rawValue, present: present) }
    if exists(Self.foldedFile) { return .foldsOnly(folder: path) }
    return nothingFound(["\(split).csv"] + Self.wholeFiles + ["\(split)/\(classes[0])"])
  }

  private func nothingFound(_ names: [String]) -> DataError { .nothingFound(folder: path, expected: names) }

  func file(_ name: String) -> String { path + "/" + name }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// What a folder holds, but for hidden entries and what archives of Macs add; sorted.
  func names(in folder: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return all.filter { !$0.hasPrefix(".") && $0 != "__MACOSX" }.sorted()
  }
}
