import Networks

/// The wire format of protocol buffers: enough to read messages, nothing is copied.
enum Protobuf {
  /// A field's value.
  enum Value {
    case integer(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// Text, a message or packed numbers.
    case bytes(UnsafeRawBufferPointer)
  }

  /// Calls `body` with each field of the message in `raw`, in order.
  static func read(
    _ raw: UnsafeRawBufferPointer, _ part: String, _ body: (Int, Value) throws(WeightProblem) -> Void
  ) throws(WeightProblem) {
    var reader = ByteReader(raw, part: part)
    while !reader.isAtEnd {
      let key = try reader.varint()
      try body(Int(key >> 3), reader.value(wireType: key & 7))
    }
  }
}

extension ByteReader {
  /// Seven bits a byte, least significant first.
  mutating func varint() throws(WeightProblem) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = try integer(UInt8.self)
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw .malformed(part: part, detail: "an integer of more than ten bytes")
  }

  fileprivate mutating func value(wireType: UInt64) throws(WeightProblem) -> Protobuf.Value {
    switch wireType {
    case 0: return .integer(try varint())
    case 1: return .fixed64(try integer())
    case 5: return .fixed32(try integer())
    case 2:
      guard let count = Int(exactly: try varint()) else { throw .truncated(part: part) }
      return .bytes(try bytes(count))
    default: throw .malformed(part: part, detail: "wire type \(wireType)")
    }
  }
}

extension Protobuf.Value {
  /// An integer; 0 where it is something else.
  var int: Int {
    if case .integer(let value) = self { Int(truncatingIfNeeded: value) } else { 0 }
  }
  /// A single-precision number; 0 where it is something else.
  var float: Float {
    if case .fixed32(let bits) = self { Float(bitPattern: bits) } else { 0 }
  }
  /// Bytes; none where it is something else.
  var raw: UnsafeRawBufferPointer {
    if case .bytes(let raw) = self { raw } else { UnsafeRawBufferPointer(start: nil, count: 0) }
  }
  /// Bytes as UTF-8.
  var text: String { String(decoding: raw, as: UTF8.self) }

  /// Appends one integer or packed ones.
  func append(to integers: inout [Int]) throws(WeightProblem) {
    guard case .bytes(let raw) = self else { return integers.append(int) }
    var reader = ByteReader(raw, part: "packed integers")
    while !reader.isAtEnd { integers.append(Int(truncatingIfNeeded: try reader.varint())) }
  }

  /// Appends one number of double precision or packed ones.
  func append(to doubles: inout [Double]) throws(WeightProblem) {
    guard case .bytes(let raw) = self else {
      if case .fixed64(let bits) = self { doubles.append(Double(bitPattern: bits)) }
      return
    }
    var reader = ByteReader(raw, part: "packed numbers")
    while !reader.isAtEnd { doubles.append(Double(bitPattern: try reader.integer(UInt64.self))) }
  }

  /// Appends one number or packed ones.
  func append(to floats: inout [Float]) throws(WeightProblem) {
    guard case .bytes(let raw) = self else { return floats.append(float) }
    var reader = ByteReader(raw, part: "packed numbers")
    while !reader.isAtEnd { floats.append(Float(bitPattern: try reader.integer(UInt32.self))) }
  }
}
