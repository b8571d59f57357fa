import Faces
import Foundation

/// Why a detector cannot be had by its name.
public enum DetectorError: Error, Equatable, Sendable {
  /// Neither a file nor a name in the folders of cascades; `known` are the names there.
  case notFound(name: String, known: [String])
  /// The default is OpenCV's cascade, and Debian's `opencv-data` is not installed.
  case noDefault
  /// The file cannot be used.
  case unusable(path: String, CascadeError)
}

extension CascadeDetector {
  /// Where Debian's `opencv-data` puts OpenCV's cascades.
  static let debianFolders = ["haarcascades", "lbpcascades"].map {
    URL(fileURLWithPath: "/usr/share/opencv4/\($0)", isDirectory: true)
  }
  /// What `default` stands for.
  static let defaultName = "haarcascade_frontalface_default"

  /// The detector that `name` stands for: a file, a cascade that comes with Mien, or one of OpenCV's.
  /// Faces are called from more than `minNeighbors` windows on; the tracker wants a second sight of the weakest.
  public convenience init(
    named name: String, minNeighbors: Int = 3, minSize: Int = 36
  ) throws(DetectorError) {
    var options = CascadeOptions()
    options.minNeighbors = minNeighbors
    options.minSize = minSize
    self.init(try CascadeDetector.cascade(CascadeDetector.file(named: name)), options: options)
  }

  private static func cascade(_ file: URL) throws(DetectorError) -> Cascade {
    do {
      return try Cascade(contentsOf: file)
    } catch {
      throw .unusable(path: file.path, error as? CascadeError ?? .unreadable(path: file.path))
    }
  }

  static func file(named name: String) throws(DetectorError) -> URL {
    if FileManager.default.fileExists(atPath: name) { return URL(fileURLWithPath: name) }
    let wanted = name == "default" ? defaultName : name
    let folders = [Resource.cascades.folder].compactMap(\.self) + debianFolders
    let files = folders.map { $0.appendingPathComponent(wanted).appendingPathExtension("xml") }
    if let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) { return file }
    throw name == "default" ? .noDefault : .notFound(name: name, known: names(in: folders))
  }

  private static func names(in folders: [URL]) -> [String] {
    let files = folders.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0.path)) ?? [] }
    return files.filter { $0.hasSuffix(".xml") }.map { String($0.dropLast(4)) }.sorted()
  }
}
