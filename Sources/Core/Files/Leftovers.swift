import Foundation

/// Temporary files of `PendingFile` that processes left which were killed.
public enum Leftovers {
  /// Those of the file `path`, in order of their names.
  public static func of(_ path: String) -> [String] { candidates(path).filter { whenDead($0) { _ in } } }

  /// Removes those of the file `path`.
  public static func clear(_ path: String) { for file in candidates(path) { _ = whenDead(file) { unlink($0) } } }

  private static func candidates(_ path: String) -> [String] {
    let target = FileName.followed(path)
    let folder = FileName.split(target).folder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    let known = patterns(target)
    return names.filter { name in known.contains { matches(name, $0) } }.sorted().map { folder + $0 }
  }

  /// Whether `name` is one of a file that is being written, or was.
  public static func isTemporary(_ name: String) -> Bool {
    let stem = FileName.split(name).stem
    guard let range = stem.range(of: ".partial-", options: .backwards) else { return false }
    return isNumber(stem[range.upperBound...])
  }

  private typealias Pattern = (prefix: String, suffix: String)

  /// As they are called now, and as older versions called videos: `.NAME.PID.EXT`.
  private static func patterns(_ target: String) -> [Pattern] {
    let mark = "partial-0"
    let (_, ownStem, ownEnding) = FileName.split(target)
    let name = FileName.inserted(mark, into: target).dropFirst(FileName.split(target).folder.count)
    let now = name.range(of: mark, options: .backwards).map {
      (prefix: String(name[..<$0.lowerBound]) + "partial-", suffix: String(name[$0.upperBound...]))
    }
    return [now, (".\(ownStem).", ownEnding)].compactMap { $0 }
  }

  private static func matches(_ name: String, _ pattern: Pattern) -> Bool {
    guard name.hasPrefix(pattern.prefix), name.hasSuffix(pattern.suffix),
      name.utf8.count > pattern.prefix.utf8.count + pattern.suffix.utf8.count
    else { return false }
    return isNumber(name.dropFirst(pattern.prefix.count).dropLast(pattern.suffix.count))
  }

  /// `123` or `123-2`.
  private static func isNumber(_ text: Substring) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
  }

  /// Does `work` with the file locked, so that nobody begins to write it meanwhile. False where it is alive: its process
  /// holds the lock, or that cannot be told.
  private static func whenDead(_ path: String, _ work: (String) -> Void) -> Bool {
    let descriptor = open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
    work(path)
    return true
  }
}
