import Foundation

/// Writes a file under a temporary name in the same folder and gives it its final name when it is whole.
/// Without `commit` the temporary file is removed. Used from one thread.
public final class AtomicFile {
  private let path: String
  private let temporary: String
  private var descriptor: Int32

  /// Begins to write what will be `path`.
  /// - Throws: `WeightProblem.cannotWrite`.
  public init(path: String) throws(WeightProblem) {
    self.path = path
    temporary = "\(path).partial.\(getpid())"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotWrite(errno: errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary)
  }

  /// Appends `bytes`.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(WeightProblem) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest)
      let written = Foundation.write(descriptor, chunk.baseAddress, chunk.count)
      if written < 0, errno == EINTR { continue }
      guard written >= 0 else { throw .cannotWrite(errno: errno) }
      rest = rest.dropFirst(written)
    }
  }

  /// Appends a copy of `bytes`.
  public func write(_ bytes: [UInt8]) throws(WeightProblem) {
    let result = bytes.withUnsafeBytes { raw in
      Result { () throws(WeightProblem) in try write(raw) }
    }
    try result.get()
  }

  /// Gives the file its final name.
  public func commit() throws(WeightProblem) {
    guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw .cannotWrite(errno: errno) }
    close(descriptor)
    descriptor = -1
  }
}
