import Core
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

  /// Names of the files that a folder among `locations` does not give, since their endings are of no image or video.
  public static func leftOut(_ locations: [String]) -> [String] {
    locations.flatMap { location in
      let entries = Location(text: location).isLive || !FileName.isFolder(location) ? [] : visible(in: location) ?? []
      return sorted(entries.filter { !isMedia($0.name) }).map(\.path).filter { !FileName.isFolder($0) }
    }
  }

  private static func visible(in folder: String) -> [FolderEntry]? {
    FolderEntry.all(in: folder)?.filter { !$0.name.hasPrefix(".") }
  }

  /// Whether `name` has the ending of an image or video.
  public static func isMedia(_ name: String) -> Bool {
    extensions.contains(URL(fileURLWithPath: name).pathExtension.lowercased())
  }

  /// Whether `location` is a folder or a pattern: what it gives now may be one file, and more another time.
  public static func mayBeSeveral(_ location: String) -> Bool {
    if Location(text: location).isLive || isNumbered(location) { return false }
    return FileName.isFolder(location) || !isThere(location) && isPattern(location)
  }

  /// Whether `location` stands for numbered images, which are one recording: `img_%03d.png`.
  public static func isNumbered(_ location: String) -> Bool {
    !Location(text: location).isLive && !isThere(location) && NumberPattern(location) != nil
  }

  /// The pattern by which files that are numbered are one recording; nil where they are not.
  public static func numbering(of files: [String]) -> String? {
    guard files.count > 1, let pattern = files.first.flatMap(NumberPattern.init(like:)) else { return nil }
    return NumberedImages(pattern.text).map { $0.count > 1 } == true ? pattern.text : nil
  }

  private static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// The files and addresses meant: a folder stands for the media files directly in it, a pattern (`*`, `?`, `[…]`) for
  /// the files that match; both sorted as people count (2 before 10). Throws `MediaError.nothingFound` where there is none.
  /// - Parameter recursively: folders in folders are searched as well, but for links to folders.
  public static func expand(_ locations: [String], recursively: Bool = false) throws -> [String] {
    try locations.flatMap { try expand($0, recursively) }
  }

  private static func expand(_ location: String, _ recursively: Bool) throws -> [String] {
    if Location(text: location).isLive { return [location] }
    if FileName.isFolder(location) {
      let files = try files(in: location, recursively)
      guard !files.isEmpty else { throw MediaError.nothingFound(location) }
      return files
    }
    return mayBeSeveral(location) ? try matches(location) : [location]
  }

  private static func files(in folder: String, _ recursively: Bool) throws -> [String] {
    guard let entries = visible(in: folder) else {
      throw MediaError.unreadable(folder, detail: String(cString: strerror(errno)))
    }
    let folders = recursively ? sorted(entries.filter { FileName.isRealFolder($0.path) }) : []
    let media = entries.filter { isMedia($0.name) && !Leftovers.isTemporary($0.name) && !FileName.isFolder($0.path) }
    return try sorted(media).map(\.path) + folders.flatMap { try files(in: $0.path, true) }
  }

  private static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

  private static func matches(_ pattern: String) throws -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { throw MediaError.nothingFound(pattern) }
    let places = (0..<Int(found.gl_pathc)).map { found.gl_pathv[$0]! }
    let paths = places.map { ForeignNames.path(Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))) }
    return paths.sorted { isBefore(FileName.shown($0), FileName.shown($1)) }
  }

  private static func sorted(_ entries: [FolderEntry]) -> [FolderEntry] {
    entries.sorted { isBefore($0.name, $1.name) }
  }

  private static func isBefore(_ first: String, _ second: String) -> Bool {
    first.compare(second, options: [.numeric]) == .orderedAscending
  }
}
