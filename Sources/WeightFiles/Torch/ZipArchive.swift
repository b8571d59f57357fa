/// The members of a ZIP archive (PKWARE APPNOTE 6.3) as PyTorch writes it: stored, not compressed, below 4 GiB.
struct ZipArchive {
  /// Place of each member's bytes.
  private(set) var members: [String: Range<Int>] = [:]

  /// Most members that are read.
  static let mostMembers = 100_000

  /// Reads the directory of `file`.
  init(_ file: FileBytes) throws(WeightProblem) {
    var end = ByteReader(file.raw, part: "zip directory", offset: try ZipArchive.endRecord(file.raw) + 10)
    let (count, _, start) = (try end.length(UInt16.self), try end.integer(UInt32.self), try end.length(UInt32.self))
    guard count < 0xffff, start < 0xffff_ffff else { throw .unsupported(kind: "zip feature", name: "zip64") }
    var directory = ByteReader(file.raw, part: "zip directory", offset: start)
    for _ in 0..<count { try readEntry(&directory, file) }
  }

  /// The record at the end, which a comment may follow.
  private static func endRecord(_ raw: UnsafeRawBufferPointer) throws(WeightProblem) -> Int {
    let last = raw.count - 22
    guard last >= 0 else { throw .truncated(part: "zip directory") }
    for at in stride(from: last, through: max(0, last - 0xffff), by: -1)
    where raw.loadUnaligned(fromByteOffset: at, as: UInt32.self) == 0x0605_4b50 { return at }
    throw .truncated(part: "zip directory")
  }

  private mutating func readEntry(_ reader: inout ByteReader, _ file: FileBytes) throws(WeightProblem) {
    guard try reader.integer(UInt32.self) == 0x0201_4b50 else {
      throw .malformed(part: "zip directory", detail: "no entry where one is announced")
    }
    _ = try reader.bytes(4)
    let (flags, method) = (try reader.integer(UInt16.self), try reader.integer(UInt16.self))
    _ = try reader.bytes(8)
    let (packed, size) = (try reader.length(UInt32.self), try reader.length(UInt32.self))
    let (name, extra, comment) = (
      try reader.length(UInt16.self), try reader.length(UInt16.self), try reader.length(UInt16.self)
    )
    _ = try reader.bytes(8)
    let header = try reader.length(UInt32.self)
    let member = try reader.text(name)
    _ = try reader.bytes(extra + comment)
    guard flags & 1 == 0 else { throw .unsupported(kind: "zip feature", name: "encryption") }
    guard method == 0, packed == size else { throw .unsupported(kind: "zip feature", name: "compression") }
    members[member] = try ZipArchive.data(file, header, size, member)
  }

  /// Where the bytes of a member lie whose local header is at `header`.
  private static func data(
    _ file: FileBytes, _ header: Int, _ size: Int, _ member: String
  ) throws(WeightProblem) -> Range<Int> {
    var local = ByteReader(file.raw, part: member, offset: header)
    guard try local.integer(UInt32.self) == 0x0403_4b50 else {
      throw .malformed(part: member, detail: "no local header where the directory says")
    }
    _ = try local.bytes(22)
    let (name, extra) = (try local.length(UInt16.self), try local.length(UInt16.self))
    let start = local.offset + name + extra
    _ = try file.slice(start, size, part: member)
    return start..<(start + size)
  }
}
