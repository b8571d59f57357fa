import Glibc
import Synchronization

/// Names of files that are not UTF-8, as old archives and other systems leave them. Text cannot hold them: such a file is
/// held (`O_PATH`, which opens nothing yet), and its path is the holder's, below `/proc/self/fd`.
public enum ForeignNames {
  private static let holders = "/proc/self/fd/"
  /// Linux's `O_PATH`, which the C library's module leaves out.
  private static let pathOnly: Int32 = 0o10_000_000
  /// How the files are called that are held, by their holders' paths.
  private static let held = Mutex<[String: String]>([:])

  /// A path that opens the file which is called `bytes`; where there is none, the name as it is shown.
  public static func path(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self) ?? hold(bytes) ?? inHeldFolder(bytes) ?? escaped(bytes)
  }

  /// The path as people know it, with bytes that are no UTF-8 as `\xE9`.
  public static func shown(_ path: String) -> String {
    guard path.hasPrefix(holders) else { return path }
    let number = path.dropFirst(holders.count).prefix { $0 != "/" }
    let holder = path[..<number.endIndex]
    guard let name = held.withLock({ $0[String(holder)] }) else { return path }
    return name + path[number.endIndex...]
  }

  private static func hold(_ bytes: [UInt8]) -> String? {
    let descriptor = opened(bytes)
    guard descriptor >= 0 else { return nil }
    let (path, name) = (holders + "\(descriptor)", shown(escaped(bytes)))
    held.withLock { $0[path] = name }
    return path
  }

  private static func opened(_ bytes: [UInt8]) -> Int32 {
    func attempt() -> Int32 {
      bytes.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { open(Array($0) + [0], pathOnly | O_CLOEXEC) }
    }
    let descriptor = attempt()
    return descriptor < 0 && errno == EMFILE && raisedLimit() ? attempt() : descriptor
  }

  /// A folder may hold thousands of them.
  private static func raisedLimit() -> Bool {
    var limit = rlimit()
    let kind = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
    guard getrlimit(kind, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return false }
    limit.rlim_cur = limit.rlim_max
    return setrlimit(kind, &limit) == 0
  }

  /// What is not there yet, in a folder whose name is not UTF-8.
  private static func inHeldFolder(_ bytes: [UInt8]) -> String? {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return nil }
    guard let name = String(validating: bytes[(slash + 1)...], as: UTF8.self) else { return nil }
    return hold(Array(bytes[..<slash])).map { $0 + "/" + name }
  }

  /// `caf\xE9` for what is no UTF-8; all else as it is.
  static func escaped(_ bytes: [UInt8]) -> String {
    var (text, rest) = ("", bytes[...])
    while let first = rest.first {
      let character = (1...4).lazy.compactMap { String(validating: rest.prefix($0), as: UTF8.self) }.first
      text += character ?? "\\x" + String(first, radix: 16, uppercase: true)
      rest = rest.dropFirst(character?.utf8.count ?? 1)
    }
    return text
  }
}

extension FileName {
  /// A file's name, or an address, as others may read it: without passwords and tokens, and in UTF-8.
  public static func shown(_ name: String) -> String { AddressSecrets.removed(from: ForeignNames.shown(name)) }
}

/// What a folder holds.
public struct FolderEntry: Sendable {
  private let folder: String
  private let bytes: [UInt8]
  /// As it is shown.
  public let name: String

  /// All entries of the folder at `path`, in no order; nil, with `errno`, where they cannot be read.
  public static func all(in path: String) -> [FolderEntry]? {
    guard let stream = opendir(path) else { return nil }
    defer { closedir(stream) }
    var entries: [FolderEntry] = []
    while let entry = readdir(stream) {
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if bytes != [46], bytes != [46, 46] { entries.append(FolderEntry(path, bytes)) }
    }
    return entries
  }

  private init(_ folder: String, _ bytes: [UInt8]) {
    (self.folder, self.bytes) = (FileName.asFolder(folder), bytes)
    name = ForeignNames.escaped(bytes)
  }

  /// A path that opens it.
  public var path: String { ForeignNames.path(Array(folder.utf8) + bytes) }
}
