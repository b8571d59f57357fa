import Glibc

/// A file that appears under its name when it is whole. Until then it has a temporary name beside it,
/// `NAME.partial-PID.EXT`, and is locked: a file of that name without a lock was left by a process that is dead.
/// A symbolic link is followed first; devices and pipes are written where they are. Used from one thread at a time.
public final class PendingFile {
  /// The name that people gave.
  public let path: String
  /// Where it is written.
  public let temporary: String
  /// Open for writing; -1 once the file is closed.
  public private(set) var descriptor: Int32
  /// A device or a pipe.
  public let isSpecial: Bool
  private let target: String
  private let replaces: Bool
  private var saver = DiskSaver()

  /// Begins a file.
  /// - Parameters:
  ///   - replaces: whether a file of that name may be replaced.
  ///   - whenWaiting: called once where a pipe has no reader yet, which is waited for.
  public init(_ path: String, replaces: Bool, whenWaiting: () -> Void = {}) throws(FileProblem) {
    (self.path, self.replaces) = (path, replaces)
    isSpecial = FileName.isSpecial(path)
    target = FileName.followed(path)
    if isSpecial {
      temporary = path
      descriptor = try PendingFile.openSpecial(path, whenWaiting)
    } else {
      try PendingFile.check(path, replaces: replaces)
      (descriptor, temporary) = try PendingFile.openTemporary(target, path)
    }
  }

  /// Finds out before any work is done whether a file may have that name: it is there already, too long, or a link that leads to itself.
  public static func check(_ path: String, replaces: Bool) throws(FileProblem) {
    guard !FileName.isSpecial(path) else { return }
    var status = stat()
    let isThere = stat(FileName.followed(path), &status) == 0
    if isThere, !replaces { throw .exists(path) }
    if !isThere, errno == ENAMETOOLONG || errno == ELOOP { throw .uncreatable(path, errno: errno) }
  }

  /// Without `commit` or `keepPartial` nothing is left.
  deinit { discard() }

  /// Appends `bytes`. What could not be written whole is not there at all.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileProblem) {
    let begin = isSpecial ? 0 : lseek(descriptor, 0, SEEK_CUR)
    let isWritten = isSpecial ? writePatiently(bytes, to: descriptor) : writeAll(bytes, to: descriptor)
    if isWritten { return save() }
    let code = errno
    if code == ECANCELED { throw .stopped(path) }
    if !isSpecial { takeBack(to: begin) }
    throw .unwritable(path, errno: code)
  }

  /// Appends a copy of `bytes`.
  public func write(_ bytes: [UInt8]) throws(FileProblem) {
    try bytes.withUnsafeBytes { raw in Result { () throws(FileProblem) in try write(raw) } }.get()
  }

  /// What was appended after `begin` goes; what stood behind it already stays.
  private func takeBack(to begin: Int) {
    var status = stat()
    if fstat(descriptor, &status) == 0, lseek(descriptor, 0, SEEK_CUR) == status.st_size {
      ftruncate(descriptor, begin)
    }
    lseek(descriptor, begin, SEEK_SET)
  }

  /// What was written until now is brought to the disk soon, at most once a second: a power cut loses no more.
  public func save() { if !isSpecial { saver.save(descriptor) } }

  /// Gives the file its name.
  /// - Parameter lasts: work of some length, which must be on the disk before it replaces anything; what dead processes
  ///   left of the same work is removed.
  public func commit(lasts: Bool = true) throws(FileProblem) {
    guard !isSpecial else { return close() }
    if lasts { fsync(descriptor) }
    if !replaces, access(target, F_OK) == 0 { throw .exists(path) }
    guard rename(temporary, target) == 0 else { throw .uncreatable(path, errno: errno) }
    close()
    if lasts { Leftovers.clear(target) }
  }

  /// Keeps what is there as `NAME.partial.EXT`; gives that name, which a device or pipe keeps.
  public func keepPartial() throws(FileProblem) -> String {
    guard !isSpecial else {
      close()
      return path
    }
    let partial = FileName.inserted("partial", into: target)
    fsync(descriptor)
    guard rename(temporary, partial) == 0 else { throw .uncreatable(partial, errno: errno) }
    close()
    return partial
  }

  /// Removes it, unless it has got a name.
  public func discard() {
    if descriptor >= 0, !isSpecial { unlink(temporary) }
    close()
  }

  /// Writes a small file that is whole or not there at all.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileProblem) {
    let file = try PendingFile(path, replaces: true)
    try file.write(bytes)
    try file.commit(lasts: false)
  }

  private func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }
}

/// How files are opened.
extension PendingFile {
  /// A new file beside `target`, locked.
  private static func openTemporary(_ target: String, _ path: String) throws(FileProblem) -> (Int32, String) {
    for attempt in 1...100 {
      let word = "partial-\(getpid())" + (attempt > 1 ? "-\(attempt)" : "")
      let name = FileName.inserted(word, into: target)
      let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor < 0, errno == EEXIST { continue }
      guard descriptor >= 0 else { throw .uncreatable(path, errno: errno) }
      // Somebody may take it for a leftover before it is locked.
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      if !isTaken, isStill(descriptor, name) { return (descriptor, name) }
      _ = Glibc.close(descriptor)
    }
    throw .uncreatable(path, errno: EEXIST)
  }

  /// Whether `name` is what `descriptor` is.
  private static func isStill(_ descriptor: Int32, _ name: String) -> Bool {
    var (open, named) = (stat(), stat())
    return fstat(descriptor, &open) == 0 && lstat(name, &named) == 0 && open.st_ino == named.st_ino
  }

  /// A pipe without a reader is waited for until the process is asked to end.
  private static func openSpecial(_ path: String, _ whenWaiting: () -> Void) throws(FileProblem) -> Int32 {
    var hasSaid = false
    while true {
      let descriptor = open(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      if descriptor >= 0 { return descriptor }
      guard errno == ENXIO, isPipe(path) else { throw .uncreatable(path, errno: errno) }
      if StopRequest.isMade { throw .stopped(path) }
      if !hasSaid { whenWaiting() }
      hasSaid = true
      usleep(20_000)
    }
  }

  private static func isPipe(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }
}
