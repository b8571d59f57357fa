/// Reads little-endian fields from bytes, one after the other; every read is checked against the end.
struct ByteReader {
  private let raw: UnsafeRawBufferPointer
  /// What is read, for errors.
  let part: String
  /// Next byte.
  private(set) var offset: Int

  /// Reads `raw`, called `part`, from `offset`. Whoever calls keeps the bytes alive.
  init(_ raw: UnsafeRawBufferPointer, part: String, offset: Int = 0) {
    self.raw = raw
    self.part = part
    self.offset = offset
  }

  /// Whether nothing is left.
  var isAtEnd: Bool { offset >= raw.count }

  /// The next `count` bytes.
  mutating func bytes(_ count: Int) throws(WeightProblem) -> UnsafeRawBufferPointer {
    guard count >= 0, offset >= 0, offset <= raw.count, count <= raw.count - offset else {
      throw .truncated(part: part)
    }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: raw[offset..<(offset + count)])
  }

  /// The next integer of type `T`.
  mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(WeightProblem) -> T {
    T(littleEndian: try bytes(MemoryLayout<T>.size).loadUnaligned(as: T.self))
  }

  /// A length of type `T`; one that no `Int` holds is beyond the end.
  mutating func length<T: FixedWidthInteger>(_ type: T.Type) throws(WeightProblem) -> Int {
    guard let length = Int(exactly: try integer(type)) else { throw .truncated(part: part) }
    return length
  }

  /// Bytes up to the next line feed, which is dropped.
  mutating func line() throws(WeightProblem) -> String {
    guard offset <= raw.count, let end = raw[offset...].firstIndex(of: 10) else { throw .truncated(part: part) }
    let text = String(decoding: raw[offset..<end], as: UTF8.self)
    offset = end + 1
    return text
  }

  /// `count` bytes as UTF-8; what is none is replaced.
  mutating func text(_ count: Int) throws(WeightProblem) -> String {
    String(decoding: try bytes(count), as: UTF8.self)
  }
}
