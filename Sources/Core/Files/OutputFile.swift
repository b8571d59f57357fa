import Glibc

/// Why a file of rows or images could not be written.
public enum OutputFileError: Error, Hashable, Sendable {
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
  /// A file's name where a folder is needed; the pattern is that of the images, where they are numbered.
  case oneForSeveral(String, pattern: String?)
  /// A file that is about one recording, for several.
  case oneForSeveralRecordings(String)
  /// A folder of files whose names must say their format.
  case folderWithoutFormat(String, known: [String])
  /// Two kinds of output under one name.
  case usedTwice(String)
  /// Stopped while nobody read.
  case stopped(String)

  /// The same of a file of rows or images.
  public init(_ problem: FileProblem) {
    switch problem {
    case .exists(let path): self = .exists(path)
    case .uncreatable(let path, let code): self = .uncreatable(path, errno: code)
    case .unwritable(let path, let code): self = .unwritable(path, errno: code)
    case .stopped(let path): self = .stopped(path)
    }
  }
}

/// Why standard output took nothing more.
public enum StandardOutputError: Error, Hashable, Sendable {
  /// With the system's error number.
  case unwritable(errno: Int32)
}

/// Takes bytes in order.
public protocol OutputSink: AnyObject {
  /// What people call it.
  var name: String { get }
  /// Takes bytes that follow those before.
  func write(_ bytes: [UInt8]) throws
  /// Nothing follows: the file gets its name.
  func commit() throws
  /// The work was stopped: what is there is kept. Returns the name under which it is, if any.
  func keepPartial() throws -> String?
  /// The work failed: nothing is kept.
  func discard()
}

/// A file that appears under its name when it is whole. Each write reaches it at once: a kill loses nothing of it.
public final class OutputFile: OutputSink {
  public let name: String
  private let file: PendingFile

  /// Begins a file; replaces one of that name only where `force` says so.
  /// - Parameter whenWaiting: called once, with the name, where a pipe has no reader yet, which is waited for.
  public init(_ name: String, force: Bool, whenWaiting: (String) -> Void = { _ in }) throws(OutputFileError) {
    self.name = name
    do throws(FileProblem) { file = try PendingFile(name, replaces: force) { whenWaiting(name) } } catch {
      throw OutputFileError(error)
    }
  }

  /// Writes a file that is whole or not there at all.
  public static func write(
    _ name: String, force: Bool, whenWaiting: (String) -> Void = { _ in }, _ fill: (OutputFile) throws -> Void
  ) throws {
    let file = try OutputFile(name, force: force, whenWaiting: whenWaiting)
    try fill(file)
    try file.commit(lasts: false)
  }

  public func write(_ bytes: [UInt8]) throws {
    do throws(FileProblem) { try file.write(bytes) } catch { throw OutputFileError(error) }
  }

  public func commit() throws { try commit(lasts: true) }

  private func commit(lasts: Bool) throws {
    do throws(FileProblem) { try file.commit(lasts: lasts) } catch { throw OutputFileError(error) }
  }

  public func keepPartial() throws -> String? {
    do throws(FileProblem) { return try file.keepPartial() } catch { throw OutputFileError(error) }
  }

  public func discard() { file.discard() }
}

/// Standard output as a sink; each write goes out at once.
public final class StandardOutput: OutputSink {
  public let name = "-"

  /// There is one.
  public init() {}

  public func write(_ bytes: [UInt8]) throws {
    guard bytes.withUnsafeBytes({ writePatiently($0, to: STDOUT_FILENO) }) else {
      throw errno == ECANCELED ? OutputFileError.stopped(name) : StandardOutputError.unwritable(errno: errno)
    }
  }
  public func commit() {}
  public func keepPartial() -> String? { nil }
  public func discard() {}
}
