import Core
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
  /// Its name does not end as that kind of file does.
  case ending(String, kind: String, known: [String])
  /// A file's name where a folder is needed; the pattern is that of the pictures, where they are numbered.
  case oneForSeveral(String, pattern: String?)
  /// Two kinds of output under one name.
  case usedTwice(String)
  /// Stopped while nobody read.
  case stopped(String)

  init(_ problem: FileProblem) {
    switch problem {
    case .exists(let path): self = .exists(path)
    case .uncreatable(let path, let code): self = .uncreatable(path, errno: code)
    case .unwritable(let path, let code): self = .unwritable(path, errno: code)
    case .stopped(let path): self = .stopped(path)
    }
  }
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

/// A file that appears under its name when it is whole. Each write reaches it at once: a kill loses nothing of it.
final class OutputFile: ByteSink {
  let name: String
  private let file: PendingFile

  /// Begins a file; replaces one of that name only where `force` says so.
  init(_ name: String, force: Bool) throws(OutputFileError) {
    self.name = name
    do throws(FileProblem) { file = try PendingFile(name, replaces: force) { Terminal.sayWaiting(name) } } catch {
      throw OutputFileError(error)
    }
  }

  /// Writes a file that is whole or not there at all.
  static func write(_ name: String, force: Bool, _ fill: (OutputFile) throws -> Void) throws {
    let file = try OutputFile(name, force: force)
    try fill(file)
    try file.commit(lasts: false)
  }

  func write(_ bytes: [UInt8]) throws {
    do throws(FileProblem) { try file.write(bytes) } catch { throw OutputFileError(error) }
  }

  func commit() throws { try commit(lasts: true) }

  private func commit(lasts: Bool) throws {
    do throws(FileProblem) { try file.commit(lasts: lasts) } catch { throw OutputFileError(error) }
  }

  func keepPartial() throws -> String? {
    do throws(FileProblem) { return try file.keepPartial() } catch { throw OutputFileError(error) }
  }

  func discard() { file.discard() }
}

/// Standard output as a sink; each write goes out at once.
final class StandardOutput: ByteSink {
  let name = "-"

  func write(_ bytes: [UInt8]) throws {
    guard bytes.withUnsafeBytes({ writePatiently($0, to: STDOUT_FILENO) }) else {
      throw errno == ECANCELED ? OutputFileError.stopped(name) : TerminalError.unwritable(errno: errno)
    }
  }
  func commit() {}
  func keepPartial() -> String? { nil }
  func discard() {}
}
