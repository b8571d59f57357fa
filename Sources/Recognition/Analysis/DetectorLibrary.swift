import Faces
import Foundation

/// Why a detector cannot be had by its name, besides `WeightFileError` and `DetectorFileError`.
public enum DetectorError: Error, Equatable, Sendable {
  /// Neither a file nor a name in the folders of cascades; `known` are the names there.
  case notFound(name: String, known: [String])
  /// The default detector is not where the program looks for it.
  case noDefault
  /// The file cannot be used.
  case unusable(path: String, CascadeError)
}

/// Face detectors by the names that people give: of a file, of a detector that comes with Mien, or of one of OpenCV's cascades that
/// Debian's `opencv-data` installs. `default` is Mien's own.
public struct DetectorLibrary: Sendable {
  /// What a detector is wanted for.
  public enum Purpose: Hashable, Sendable {
    /// Faces, each of which is one in all likelihood, in a time that hardly depends on the image's size.
    case use
    /// The same from a side in pixels on, in every image.
    case faces(from: Double)
    /// The same from a side in pixels on, in recordings: in every image those that are large in it, small ones by turns.
    case facesByTurns(from: Double)
    /// All that may be faces, with scores: for curves.
    case evaluation
    /// All that may be faces in any likelihood, small and lying ones, too: for hiding them.
    case hiding
    /// The same as far as it can be done between two images of a camera.
    case hidingLive
    /// The same in a still, from a side in pixels on.
    case hidingStills(from: Double)
  }

  /// Where detectors are, first choice first.
  private let folders: [URL]
  /// What `default` stands for.
  private static let defaultName = "mien"

  /// The shipped detectors, and OpenCV's where they are installed.
  public init() {
    folders =
      [Resource.cascades.folder].compactMap(\.self)
      + ["haarcascades", "lbpcascades"].map {
        URL(fileURLWithPath: "/usr/share/opencv4/\($0)", isDirectory: true)
      }
  }

  /// What `name` stands for, ready to make detectors of.
  /// - Throws: `DetectorError`, `WeightFileError` or `DetectorFileError`.
  public func open(_ name: String) throws -> DetectorSource {
    let file = try file(named: name)
    return Self.isXML(file) ? .cascade(try Self.cascade(file)) : .network(try DetectorFile(path: file.path))
  }

  /// The detector that `name` stands for.
  /// - Throws: `DetectorError`, `WeightFileError` or `DetectorFileError`.
  public func load(_ name: String, for purpose: Purpose = .use, threads: Int = 1) throws -> any Detector {
    try open(name).detector(for: purpose, threads: threads)
  }

  private static func cascade(_ file: URL) throws(DetectorError) -> Cascade {
    do {
      return try Cascade(contentsOf: file)
    } catch {
      throw .unusable(path: file.path, error as? CascadeError ?? .unreadable(path: file.path))
    }
  }

  private static func isXML(_ file: URL) -> Bool {
    if file.pathExtension == "xml" { return true }
    let start = (try? FileHandle(forReadingFrom: file).read(upToCount: 16)) ?? Data()
    return start.first { !" \t\r\n\u{FEFF}".utf8.contains($0) } == UInt8(ascii: "<")
  }

  private func file(named name: String) throws(DetectorError) -> URL {
    if FileManager.default.fileExists(atPath: name) { return URL(fileURLWithPath: name) }
    let wanted = name == "default" ? Self.defaultName : name
    let files = folders.flatMap { folder in
      ["safetensors", "xml"].map { folder.appendingPathComponent(wanted).appendingPathExtension($0) }
    }
    if let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) { return file }
    throw name == "default" ? .noDefault : .notFound(name: name, known: names)
  }

  private var names: [String] {
    let files = folders.flatMap {
      (try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)) ?? []
    }
    return files.filter { ["xml", "safetensors"].contains($0.pathExtension) }
      .map { $0.deletingPathExtension().lastPathComponent }.sorted()
  }
}
