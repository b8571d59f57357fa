import Files
import Foundation

/// Folders and patterns on the command line.
public enum MediaLocations {
  /// Endings of the files that a folder gives.
  public static let extensions: Set<String> = [
    "3g2", "3gp", "apng", "asf", "avi", "avif", "bmp", "dv", "flv", "gif", "hevc", "jpeg", "jpg", "jxl", "m2ts", "m4v",
    "mjpeg", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "mxf", "nut", "ogv", "pgm", "png", "ppm", "tif", "tiff", "ts",
    "vob", "webm", "webp", "wmv", "y4m",
  ]

  /// The files and addresses meant: a folder stands for the media files directly in it, a pattern (`*`, `?`, `[…]`) for
  /// the files that match; both sorted as people count (2 before 10). Throws `MediaError.nothingFound` where there is none.
  public static func expand(_ locations: [String]) throws -> [String] {
    try locations.flatMap(expand)
  }

  private static func expand(_ location: String) throws -> [String] {
    if Location(text: location).isLive { return [location] }
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: location, isDirectory: &isFolder)
    if isFolder.boolValue { return try files(in: location) }
    return isThere || !isPattern(location) ? [location] : try matches(location)
  }

  private static func files(in folder: String) throws -> [String] {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
      throw MediaError.unreadable(folder, detail: String(cString: strerror(errno)))
    }
    let media = names.filter {
      !$0.hasPrefix(".") && !Leftovers.isTemporary($0)
        && extensions.contains(URL(fileURLWithPath: $0).pathExtension.lowercased())
    }
    guard !media.isEmpty else { throw MediaError.nothingFound(folder) }
    return sorted(media).map { (folder.hasSuffix("/") ? folder : folder + "/") + $0 }
  }

  private static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

  private static func matches(_ pattern: String) throws -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { throw MediaError.nothingFound(pattern) }
    return sorted((0..<Int(found.gl_pathc)).map { String(cString: found.gl_pathv[$0]!) })
  }

  private static func sorted(_ names: [String]) -> [String] {
    names.sorted { $0.compare($1, options: [.numeric]) == .orderedAscending }
  }
}
