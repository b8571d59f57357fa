import Foundation

/// The bytes of a file, mapped read-only and not copied: pages are read when they are touched, and tensors view them.
///
/// `@unchecked Sendable`: the bytes are only ever read. A mapped file must not be cut short while it is used;
/// Mien's own writers replace files whole (`PendingFile`).
public final class FileBytes: @unchecked Sendable {
  /// All bytes; the first is aligned to at least 16.
  public let raw: UnsafeRawBufferPointer
  /// Where they came from; nil for a copy.
  public let path: String?
  private let mapped: Bool

  /// Maps the file at `path`, which may be a link if `followsLinks`.
  /// - Throws: `WeightProblem.cannotOpen` or `.notAFile`.
  public init(path: String, followsLinks: Bool = true) throws(WeightProblem) {
    self.path = path
    // A pipe without a writer would hold up the call.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else { throw .cannotOpen(errno: errno) }
    defer { close(descriptor) }
    let size = try FileBytes.size(of: descriptor)
    mapped = size > 0
    guard mapped else {
      raw = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw .cannotOpen(errno: errno) }
    raw = UnsafeRawBufferPointer(start: address, count: size)
  }

  /// A copy of `bytes`.
  public init(_ bytes: some Collection<UInt8>) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    memory.copyBytes(from: bytes)
    raw = UnsafeRawBufferPointer(memory)
    mapped = false
    path = nil
  }

  deinit {
    if mapped { munmap(UnsafeMutableRawPointer(mutating: raw.baseAddress!), raw.count) } else { raw.deallocate() }
  }

  private static func size(of descriptor: Int32) throws(WeightProblem) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
    return Int(status.st_size)
  }
}

extension FileBytes {
  /// `count` bytes from `offset`.
  /// - Throws: `WeightProblem.truncated`, which names `part`, where they are not all there.
  func slice(_ offset: Int, _ count: Int, part: String) throws(WeightProblem) -> UnsafeRawBufferPointer {
    guard offset >= 0, count >= 0, offset <= raw.count, count <= raw.count - offset
    else { throw .truncated(part: part) }
    return UnsafeRawBufferPointer(rebasing: raw[offset..<(offset + count)])
  }
}
