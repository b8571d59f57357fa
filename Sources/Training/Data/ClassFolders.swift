import Core
import Foundation

/// Images in a folder a class: `train/angry/1.png`. Folders are found by the words for their class (`ClassWords`), or by
/// its number where all are numbers.
struct ClassFolders {
  private let data: DataFolder
  private let folders: [(label: Int, path: String)]
  private var notes: [DataNote]

  /// Nil where `data` has no folder for any class.
  /// - Throws: `DataError.foreignNumbers`, and `.noClassFolders` where the split's folder holds other folders alone.
  init?(_ data: DataFolder, _ split: Split) throws {
    guard data.decode != nil else { return nil }
    let own = data.folder(of: split)
    let root = own.map(data.file) ?? data.path
    let names = data.names(in: root).filter { FileName.isFolder(root + "/" + $0) }
    guard let named = try NamedFolders(names, ClassWords(data.classes), root) else {
      if own == nil || names.isEmpty { return nil }
      throw DataError.noClassFolders(folder: root, found: names, classes: data.classes)
    }
    (self.data, notes) = (data, named.notes(data.classes, root))
    folders = named.folders.map { ($0.label, root + "/" + $0.name) }
  }

  /// Decodes every image, in order of class and file name.
  func load() throws -> FaceDataSet {
    var (result, others) = (FaceDataSet(shape: data.shape), [String]())
    for (label, folder) in folders {
      for name in data.names(in: folder) {
        let file = folder + "/" + name
        guard data.isImage(name), !FileName.isFolder(file) else {
          others.append(file)
          continue
        }
        result.append(try data.decode!(file, data.shape), label: label, subject: nil)
      }
    }
    guard result.count > 0 else { throw DataError.empty(file: data.path) }
    result.notes = notes + (others.isEmpty ? [] : [.filesPassedOver(others)])
    return result
  }
}

/// Which folders are those of classes.
private struct NamedFolders {
  /// In order of class and name.
  let folders: [(label: Int, name: String)]
  private let others: [String]
  private let areNumbers: Bool

  /// Nil where no name is a class's.
  init?(_ names: [String], _ classes: ClassWords, _ root: String) throws(DataError) {
    var found = names.compactMap { name in classes.label(of: name).map { (label: $0, name: name) } }
    areNumbers = found.isEmpty && !names.isEmpty && names.allSatisfy { Int($0) != nil }
    if areNumbers {
      found = names.compactMap { name in classes.label(numbered: name).map { (label: $0, name: name) } }
      // Numbers from 1, or more than there are classes, are of another order: RAF-DB's 1 is surprise, AffectNet's 0 neutral.
      guard found.count == names.count, found.contains(where: { $0.label == 0 }) else {
        throw .foreignNumbers(folder: root, found: names, classes: classes.names)
      }
    }
    if found.isEmpty { return nil }
    folders = found.sorted { ($0.label, $0.name) < ($1.label, $1.name) }
    let taken = Set(found.map(\.name))
    others = names.filter { !taken.contains($0) }
  }

  /// What people should know of the choice.
  func notes(_ classes: [String], _ root: String) -> [DataNote] {
    let labels = Set(folders.map(\.label))
    // Most sets have no contempt.
    let empty = classes.indices.filter { !labels.contains($0) && classes[$0] != "contempt" }.map { classes[$0] }
    return
      (areNumbers ? [.numbersTaken(folders.map(\.name), in: root, classes: folders.map { classes[$0.label] })] : [])
      + (others.isEmpty ? [] : [.foldersLeftOut(others, in: root, classes: classes)])
      + (empty.isEmpty ? [] : [.classesWithoutFolder(empty, in: root)])
  }
}
