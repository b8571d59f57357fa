import Foundation

/// Pictures in a folder a class: `train/angry/1.png`. Folders are found by the class's name in any case.
struct ClassFolders {
  private let data: DataFolder
  private let folders: [(label: Int, path: String)]

  /// Nil where `data` has no folder for any class.
  init?(_ data: DataFolder, _ split: Split) {
    let root = data.exists(split.rawValue) ? data.file(split.rawValue) : data.path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    folders = data.classes.enumerated().compactMap { label, name in
      names.first { $0.lowercased() == name.lowercased() }.map { (label, root + "/" + $0) }
    }
    self.data = data
    if folders.isEmpty || data.decode == nil { return nil }
  }

  /// Decodes every picture, in order of class and file name.
  func load() throws -> FaceDataSet {
    var result = FaceDataSet(shape: data.shape)
    for (label, folder) in folders {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where !name.hasPrefix(".") {
        result.append(try decode(folder + "/" + name), label: label, subject: nil)
      }
    }
    guard result.count > 0 else { throw DataError.empty(file: data.path) }
    return result
  }

  private func decode(_ file: String) throws -> [UInt8] {
    do {
      return try data.decode!(file, data.shape)
    } catch {
      throw DataError.undecodable(file: file, reason: "\(error)")
    }
  }
}
