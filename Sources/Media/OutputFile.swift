import Glibc

/// A file under a temporary name beside its final one, until it is whole.
final class OutputFile {
  /// The final name.
  let path: String
  /// Where it is written.
  let temporary: String
  private let force: Bool
  private var isOpen = true

  /// Checks that the output may be written, and is no input.
  init(_ path: String, input: String?, force: Bool) throws {
    (self.path, self.force) = (path, force)
    temporary = OutputFile.isSpecial(path) ? path : OutputFile.temporaryName(path)
    if let input, OutputFile.areOne(path, input) { throw MediaError.outputIsInput(path) }
    guard force || temporary == path || access(path, F_OK) != 0 else { throw MediaError.exists(path) }
    try touch()
  }

  deinit { discard() }

  /// Moves it to the final name.
  func commit() throws { try move(to: path) }

  /// Moves it to `OUT.partial.EXT` and gives that name.
  func keepPartial() throws -> String {
    let (stem, ending) = OutputFile.split(path)
    let partial = "\(stem).partial\(ending)"
    try move(to: partial)
    return partial
  }

  /// Removes it, unless it has been moved.
  func discard() {
    if isOpen, temporary != path { unlink(temporary) }
    isOpen = false
  }

  private func move(to target: String) throws {
    guard isOpen, temporary != path else { return }
    guard force || target != path || access(path, F_OK) != 0 else { throw MediaError.exists(path) }
    guard rename(temporary, target) == 0 else { throw OutputFile.error(path, errno) }
    isOpen = false
  }

  private func touch() throws {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw OutputFile.error(path, errno) }
    close(descriptor)
  }

  /// The error of an errno value while writing `path`.
  static func error(_ path: String, _ code: Int32) -> MediaError {
    switch code {
    case ENOSPC, EDQUOT, EFBIG: .diskFull(path)
    case ENOENT, ENOTDIR: .noFolder(path)
    default: .unwritable(path, detail: String(cString: strerror(code)))
    }
  }

  private static func areOne(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    guard stat(a, &first) == 0, stat(b, &second) == 0, first.st_mode & S_IFMT == S_IFREG else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// Devices and pipes are written where they are.
  private static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  private static func temporaryName(_ path: String) -> String {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let (stem, ending) = split(String(path[slash...]))
    return "\(path[..<slash]).\(stem).\(getpid())\(ending)"
  }

  /// `a/b.c` is `a/b` and `.c`.
  static func split(_ path: String) -> (stem: String, ending: String) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return (path, "") }
    return (String(path[..<dot]), String(path[dot...]))
  }
}
