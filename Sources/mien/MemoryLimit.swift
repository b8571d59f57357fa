import Glibc

/// Why the system's limits leave no room to work in.
enum SystemLimitError: Error, Hashable {
  /// Bytes of address space that are allowed, and that are needed.
  case addressSpace(allowed: UInt64, needed: UInt64)
}

/// A limit of address space (`ulimit -v`): where memory runs out in the midst of work, libraries end the process.
enum MemoryLimit {
  /// What networks, decoders and a few threads take for small frames.
  private static let needed: UInt64 = 1 << 30

  /// - Throws: `SystemLimitError` where the limit is too low for anything.
  static func check() throws(SystemLimitError) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < needed else { return }
    throw .addressSpace(allowed: UInt64(limit.rlim_cur), needed: needed)
  }
}
