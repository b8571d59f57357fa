import Glibc

/// Why a file of rows or pictures could not be written.
enum OutputFileError: Error, Hashable {
  /// It is there already and `--force` was not given.
  case exists(String)
  /// It would replace a file that is read.
  case isInput(String)
  /// It cannot be made there.
  case uncreatable(String, errno: Int32)
  /// The disk is full, or another failure while writing.
  case unwritable(String, errno: Int32)
  /// Two kinds of output under one name.
  case usedTwice(String)
}

/// Takes bytes in order.
protocol ByteSink: AnyObject {
  /// What people call it.
  var name: String { get }
  func write(_ bytes: [UInt8]) throws
  /// Nothing follows: the file gets its name.
  func commit() throws
  /// The work was stopped: what is there is kept. Returns the name under which it is, if any.
  func keepPartial() throws -> String?
  /// The work failed: nothing is kept.
  func discard()
}

/// A file that appears under its name when it is whole. Until then it has a temporary name beside it.
final class OutputFile: ByteSink {
  let name: String
  private let temporary: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let flushSize = 1 << 16

  /// Begins a file; replaces one of that name only where `force` says so.
  init(_ name: String, force: Bool) throws(OutputFileError) {
    let isSpecial = OutputFile.isSpecial(name)
    if !force, !isSpecial, access(name, F_OK) == 0 { throw .exists(name) }
    self.name = name
    temporary = isSpecial ? name : inserted("partial-\(getpid())", into: name)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw .uncreatable(name, errno: errno) }
  }

  /// Writes a file that is whole or not there at all.
  static func write(_ name: String, force: Bool, _ fill: (OutputFile) throws -> Void) throws {
    let file = try OutputFile(name, force: force)
    do {
      try fill(file)
      try file.commit()
    } catch {
      file.discard()
      throw error
    }
  }

  func write(_ bytes: [UInt8]) throws {
    buffer += bytes
    if buffer.count >= OutputFile.flushSize { try flush() }
  }

  func commit() throws {
    try finish()
    guard temporary == name || rename(temporary, name) == 0 else {
      throw OutputFileError.uncreatable(name, errno: errno)
    }
  }

  func keepPartial() throws -> String? {
    try finish()
    if temporary == name { return name }
    let partial = inserted("partial", into: name)
    guard rename(temporary, partial) == 0 else { throw OutputFileError.uncreatable(partial, errno: errno) }
    return partial
  }

  func discard() {
    close()
    if temporary != name { unlink(temporary) }
  }

  deinit { close() }

  private func finish() throws {
    try flush()
    let status = descriptor < 0 ? 0 : Glibc.close(descriptor)
    descriptor = -1
    if status != 0 { throw OutputFileError.unwritable(name, errno: errno) }
  }

  private func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }

  /// Devices and pipes are written where they are.
  static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  private func flush() throws {
    guard writeAll(buffer, to: descriptor) else { throw OutputFileError.unwritable(name, errno: errno) }
    buffer.removeAll(keepingCapacity: true)
  }
}

/// Standard output as a sink; each write goes out at once.
final class StandardOutput: ByteSink {
  let name = "-"

  func write(_ bytes: [UInt8]) throws {
    guard writeAll(bytes, to: STDOUT_FILENO) else { throw TerminalError.unwritable(errno: errno) }
  }
  func commit() {}
  func keepPartial() -> String? { nil }
  func discard() {}
}

/// Writes all of `bytes`; false, with `errno`, where that fails.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  var done = 0
  while done < bytes.count {
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
    if written < 0, errno == EINTR { continue }
    guard written > 0 else { return false }
    done += written
  }
  return true
}

/// `name` with a word before its extension: `a/out.csv` and `partial` make `a/out.partial.csv`.
func inserted(_ word: String, into name: String) -> String {
  let start = name.lastIndex(of: "/").map(name.index(after:)) ?? name.startIndex
  guard let dot = name[start...].lastIndex(of: "."), dot != start else { return "\(name).\(word)" }
  return "\(name[..<dot]).\(word)\(name[dot...])"
}
