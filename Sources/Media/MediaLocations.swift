import Files
import Foundation

/// Folders and patterns on the command line.
public enum MediaLocations {
  /// Endings of the files that a folder gives.
  public static let extensions: Set<String> = [
    "264", "265", "3g2", "3gp", "apng", "asf", "avi", "avif", "bmp", "dpx", "dv", "exr", "f4v", "flv", "gif", "h264",
    "h265", "heic", "heif", "hevc", "hif", "ivf", "j2k", "jfif", "jp2", "jpe", "jpeg", "jpg", "jxl", "m2ts", "m2v",
    "m4v", "mjpeg", "mkv", "mov", "mp4", "mpe", "mpeg", "mpg", "mts", "mxf", "nut", "ogv", "pam", "pbm", "pgm", "png",
    "pnm", "ppm", "psd", "qoi", "tga", "tif", "tiff", "ts", "vob", "webm", "webp", "wmv", "y4m",
  ]

  /// Names of the files that a folder among `locations` does not give, since their endings are of no picture or video.
  public static func leftOut(_ locations: [String]) -> [String] {
    locations.flatMap { location in
      let names = Location(text: location).isLive ? [] : (try? visible(in: location)) ?? []
      return sorted(names.filter { !isMedia($0) && !isFolder(join(location, $0)) }).map { join(location, $0) }
    }
  }

  private static func visible(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }
  }

  private static func isMedia(_ name: String) -> Bool {
    extensions.contains(URL(fileURLWithPath: name).pathExtension.lowercased())
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func join(_ folder: String, _ name: String) -> String {
    (folder.hasSuffix("/") ? folder : folder + "/") + name
  }

  /// The files and addresses meant: a folder stands for the media files directly in it, a pattern (`*`, `?`, `[…]`) for
  /// the files that match; both sorted as people count (2 before 10). Throws `MediaError.nothingFound` where there is none.
  public static func expand(_ locations: [String]) throws -> [String] {
    try locations.flatMap(expand)
  }

  private static func expand(_ location: String) throws -> [String] {
    if Location(text: location).isLive { return [location] }
    if isFolder(location) { return try files(in: location) }
    let isThere = FileManager.default.fileExists(atPath: location)
    return isThere || !isPattern(location) ? [location] : try matches(location)
  }

  private static func files(in folder: String) throws -> [String] {
    let names: [String]
    do { names = try visible(in: folder) } catch {
      throw MediaError.unreadable(folder, detail: String(cString: strerror(errno)))
    }
    let media = names.filter { isMedia($0) && !Leftovers.isTemporary($0) }
    guard !media.isEmpty else { throw MediaError.nothingFound(folder) }
    return sorted(media).map { join(folder, $0) }
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
