import Foundation

/// A kind of file that Mien ships and looks up by name.
public enum Resource: String, Sendable {
  /// Networks: `NAME.safetensors`.
  case models
  /// Face detectors.
  case cascades
  /// The sample clip.
  case samples

  /// The variable that names the folder, before all other places.
  public var variable: String { "MIEN_\(rawValue.uppercased())" }

  /// Where this kind may be, first choice first: the folder that `variable` names; `share/mien` of the prefix under
  /// which the program is installed; the package's root when the program runs from its build folder.
  public func candidates(
    executable: URL = Resource.executable, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [URL] {
    if let named = environment[variable] { return [URL(fileURLWithPath: named, isDirectory: true)] }
    let installed = executable.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("share/mien/\(rawValue)", isDirectory: true)
    return [installed] + Resource.packageRoots(above: executable).map { $0.appendingPathComponent(rawValue) }
  }

  /// The first candidate that exists; nil where none does.
  public var folder: URL? {
    candidates().first { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// A file of `share/mien` of the prefix under which the program is installed; nil where it is not there.
  public static func share(_ name: String, executable: URL = Resource.executable) -> URL? {
    let file = executable.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("share/mien/\(name)")
    return FileManager.default.fileExists(atPath: file.path) ? file : nil
  }

  /// The running program, links resolved.
  public static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()

  private static func packageRoots(above file: URL) -> [URL] {
    var roots: [URL] = []
    var folder = file.deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
        roots.append(folder)
      }
      folder.deleteLastPathComponent()
    }
    return roots
  }
}
