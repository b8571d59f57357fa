import Glibc

/// Names of files, as text.
public enum FileName {
  /// `a/b.c` is `a/`, `b` and `.c`; the dot that begins a hidden name begins no ending.
  public static func split(_ path: String) -> (folder: String, stem: String, ending: String) {
    let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    let (folder, name) = (String(path[..<start]), path[start...])
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return (folder, String(name), "") }
    return (folder, String(name[..<dot]), String(name[dot...]))
  }

  /// `path` with a word before its ending: `a/out.csv` and `partial` make `a/out.partial.csv`. A name that would be too
  /// long for its folder loses the end of its stem, and a digest of the whole stands there instead.
  public static func inserted(_ word: String, into path: String) -> String {
    let (folder, stem, ending) = split(path)
    return folder + fitted(stem, ".\(word)", ending, in: folder)
  }

  /// Bytes of the longest word with its dot: what stands before it must not depend on it.
  private static let longestWord = 24

  private static func fitted(_ stem: String, _ middle: String, _ ending: String, in folder: String) -> String {
    let room = longest(in: folder) - longestWord - ending.utf8.count
    if stem.utf8.count <= room { return stem + middle + ending }
    // What follows the last dot of such a name need not be an ending.
    guard ending.utf8.count <= 16 else { return fitted(stem + ending, middle, "", in: folder) }
    // Names with one beginning stay apart.
    let mark = "~" + String(Digest.fnv1a(stem.utf8), radix: 36)
    return cut(stem, to: room - mark.utf8.count) + mark + middle + ending
  }

  /// Whole characters that take at most `room` bytes.
  private static func cut(_ text: String, to room: Int) -> String {
    var kept = text.unicodeScalars
    var size = text.utf8.count
    while size > room, let last = kept.last {
      size -= UTF8.width(last)
      kept.removeLast()
    }
    return String(kept)
  }

  /// Bytes that a name in `folder` may have.
  private static func longest(in folder: String) -> Int {
    let limit = pathconf(folder.isEmpty ? "." : folder, Int32(_PC_NAME_MAX))
    return limit > 64 ? limit : 255
  }

  /// What two names of one regular file have in common.
  package struct Identity: Hashable {
    let device: UInt
    let number: UInt
  }

  /// That of the file at `path`, links followed; nil where there is no regular file.
  package static func identity(of path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Identity(device: status.st_dev, number: status.st_ino)
  }

  /// Whether both names lead to one regular file.
  public static func areOne(_ first: String, _ second: String) -> Bool {
    identity(of: first).map { $0 == identity(of: second) } ?? false
  }

  /// `path` as a folder's name, with a slash at its end.
  package static func asFolder(_ path: String) -> String { path.hasSuffix("/") ? path : path + "/" }

  /// Whether a folder is at `path`, links followed.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether `path` itself is a folder, and no link to one.
  public static func isRealFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// What is written where it is, under its own name: devices, pipes, sockets, and open files by way of `/dev/stdout`.
  public static func isSpecial(_ path: String) -> Bool {
    let end = followed(path)
    if isOpenFile(end) { return true }
    var status = stat()
    guard stat(end, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  /// Where the symbolic link at `path` leads in the end, whether anything is there or not; `path` itself where it is no
  /// link. Links to open files stay as they are.
  public static func followed(_ path: String) -> String {
    var path = path
    for _ in 0..<40 {
      guard !isOpenFile(path), let next = linked(path) else { return path }
      path = next.hasPrefix("/") ? next : split(path).folder + next
    }
    return path
  }

  private static func linked(_ path: String) -> String? {
    let size = Int(PATH_MAX)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let room = UnsafeMutableRawPointer(buffer.baseAddress!).assumingMemoryBound(to: CChar.self)
      count = max(readlink(path, room, size), 0)
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// Links of `/proc` lead to what a process has open, whatever name they show.
  private static func isOpenFile(_ path: String) -> Bool {
    var (processes, status) = (stat(), stat())
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return false }
    return lstat("/proc/self", &processes) == 0 && processes.st_dev == status.st_dev
  }
}
