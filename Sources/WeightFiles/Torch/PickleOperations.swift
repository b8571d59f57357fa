/// What an operation of the pickle machine does.
typealias PickleOperation = @Sendable (inout PickleMachine) throws(WeightProblem) -> Void

/// Every operation that weights need, one row each, by its code (`pickletools.opcodes`).
let pickleOperations: [UInt8: PickleOperation] = [
  // The machine.
  0x80: { m throws(WeightProblem) in _ = try m.reader.bytes(1) },  // PROTO
  0x95: { m throws(WeightProblem) in _ = try m.reader.bytes(8) },  // FRAME
  0x2e: { m throws(WeightProblem) in m.stop() },  // STOP
  0x28: { m throws(WeightProblem) in m.marks.append(m.stack.count) },  // MARK
  0x30: { m throws(WeightProblem) in _ = try m.pop() },  // POP
  0x31: { m throws(WeightProblem) in _ = try m.popMarked() },  // POP_MARK
  0x32: { m throws(WeightProblem) in m.push(try m.top()) },  // DUP

  // Constants.
  0x4e: { m throws(WeightProblem) in m.push(.none) },  // NONE
  0x88: { m throws(WeightProblem) in m.push(.bool(true)) },  // NEWTRUE
  0x89: { m throws(WeightProblem) in m.push(.bool(false)) },  // NEWFALSE
  0x4a: { m throws(WeightProblem) in m.push(.integer(Int(try m.reader.integer(Int32.self)))) },  // BININT
  0x4b: { m throws(WeightProblem) in m.push(.integer(Int(try m.reader.integer(UInt8.self)))) },  // BININT1
  0x4d: { m throws(WeightProblem) in m.push(.integer(Int(try m.reader.integer(UInt16.self)))) },  // BININT2
  0x8a: { m throws(WeightProblem) in try m.pushLong(m.reader.length(UInt8.self)) },  // LONG1
  0x49: { m throws(WeightProblem) in try m.pushDecimal() },  // INT
  0x4c: { m throws(WeightProblem) in try m.pushDecimal() },  // LONG
  0x47: { m throws(WeightProblem) in  // BINFLOAT, big-endian
    m.push(.float(Double(bitPattern: try m.reader.integer(UInt64.self).byteSwapped)))
  },
  0x46: { m throws(WeightProblem) in m.push(.float(Double(try m.reader.line()) ?? .nan)) },  // FLOAT
  0x53: { m throws(WeightProblem) in try m.pushQuoted() },  // STRING
  0x54: { m throws(WeightProblem) in try m.pushText(m.reader.length(UInt32.self)) },  // BINSTRING
  0x55: { m throws(WeightProblem) in try m.pushText(m.reader.length(UInt8.self)) },  // SHORT_BINSTRING
  0x56: { m throws(WeightProblem) in m.push(.text(try m.reader.line())) },  // UNICODE
  0x58: { m throws(WeightProblem) in try m.pushText(m.reader.length(UInt32.self)) },  // BINUNICODE
  0x8c: { m throws(WeightProblem) in try m.pushText(m.reader.length(UInt8.self)) },  // SHORT_BINUNICODE
  0x8d: { m throws(WeightProblem) in try m.pushText(m.reader.length(UInt64.self)) },  // BINUNICODE8
  0x42: { m throws(WeightProblem) in try m.pushBytes(m.reader.length(UInt32.self)) },  // BINBYTES
  0x43: { m throws(WeightProblem) in try m.pushBytes(m.reader.length(UInt8.self)) },  // SHORT_BINBYTES
  0x8e: { m throws(WeightProblem) in try m.pushBytes(m.reader.length(UInt64.self)) },  // BINBYTES8

  // Containers.
  0x29: { m throws(WeightProblem) in try m.pushContainer(.tuple([])) },  // EMPTY_TUPLE
  0x85: { m throws(WeightProblem) in try m.pushTuple(of: 1) },  // TUPLE1
  0x86: { m throws(WeightProblem) in try m.pushTuple(of: 2) },  // TUPLE2
  0x87: { m throws(WeightProblem) in try m.pushTuple(of: 3) },  // TUPLE3
  0x74: { m throws(WeightProblem) in try m.pushContainer(.tuple(try m.popMarked())) },  // TUPLE
  0x5d: { m throws(WeightProblem) in try m.pushContainer(.list([])) },  // EMPTY_LIST
  0x6c: { m throws(WeightProblem) in try m.pushContainer(.list(try m.popMarked())) },  // LIST
  0x61: { m throws(WeightProblem) in  // APPEND
    let item = try m.pop()
    try m.append([item])
  },
  0x65: { m throws(WeightProblem) in  // APPENDS
    let items = try m.popMarked()
    try m.append(items)
  },
  0x7d: { m throws(WeightProblem) in try m.pushContainer(.dictionary([])) },  // EMPTY_DICT
  0x64: { m throws(WeightProblem) in  // DICT
    let items = try m.popMarked()
    try m.pushContainer(.dictionary([]))
    try m.setItems(items)
  },
  0x73: { m throws(WeightProblem) in  // SETITEM
    let value = try m.pop()
    let key = try m.pop()
    try m.setItems([key, value])
  },
  0x75: { m throws(WeightProblem) in  // SETITEMS
    let items = try m.popMarked()
    try m.setItems(items)
  },

  // The memo.
  0x70: { m throws(WeightProblem) in try m.remember(m.readDecimal()) },  // PUT
  0x71: { m throws(WeightProblem) in try m.remember(m.reader.length(UInt8.self)) },  // BINPUT
  0x72: { m throws(WeightProblem) in try m.remember(m.reader.length(UInt32.self)) },  // LONG_BINPUT
  0x94: { m throws(WeightProblem) in try m.remember(m.memo.count) },  // MEMOIZE
  0x67: { m throws(WeightProblem) in try m.recall(m.readDecimal()) },  // GET
  0x68: { m throws(WeightProblem) in try m.recall(m.reader.length(UInt8.self)) },  // BINGET
  0x6a: { m throws(WeightProblem) in try m.recall(m.reader.length(UInt32.self)) },  // LONG_BINGET

  // Names, and what is built of them.
  0x63: { m throws(WeightProblem) in try m.pushGlobal(m.reader.line(), m.reader.line()) },  // GLOBAL
  0x93: { m throws(WeightProblem) in  // STACK_GLOBAL
    let name = try m.popText()
    try m.pushGlobal(m.popText(), name)
  },
  0x69: { m throws(WeightProblem) in  // INST
    try m.pushGlobal(m.reader.line(), m.reader.line())
    throw m.malformed("an instance of something that is no class")
  },
  0x52: { m throws(WeightProblem) in try m.reduce() },  // REDUCE
  0x81: { m throws(WeightProblem) in try m.reduce() },  // NEWOBJ
  0x62: { m throws(WeightProblem) in try m.build() },  // BUILD
  0x51: { m throws(WeightProblem) in try m.pushStorage() },  // BINPERSID
]

extension PickleMachine {
  /// A little-endian two's complement integer of `count` bytes; one too large for `Int` is opaque.
  mutating func pushLong(_ count: Int) throws(WeightProblem) {
    let bytes = try reader.bytes(count)
    guard count <= 8 else { return push(.opaque) }
    let negative = (bytes.last ?? 0) & 0x80 != 0
    let value = bytes.enumerated().reduce(negative ? ~0 as UInt64 : 0) { value, byte in
      value & ~(0xff << UInt64(8 * byte.offset)) | UInt64(byte.element) << UInt64(8 * byte.offset)
    }
    push(.integer(Int(bitPattern: UInt(value))))
  }

  mutating func readDecimal() throws(WeightProblem) -> Int {
    guard let value = Int(try reader.line()) else { throw malformed("a number is not one") }
    return value
  }

  /// Protocol 0: `7`, `7L`, and `00` and `01` for the truth values.
  mutating func pushDecimal() throws(WeightProblem) {
    let line = try reader.line()
    if line == "00" || line == "01" { return push(.bool(line == "01")) }
    push(Int(line.hasSuffix("L") ? String(line.dropLast()) : line).map(PickleValue.integer) ?? .opaque)
  }

  mutating func pushQuoted() throws(WeightProblem) {
    let line = try reader.line()
    guard line.count >= 2, let quote = line.first, line.last == quote, "'\"".contains(quote) else {
      throw malformed("text without quotes")
    }
    push(.text(String(line.dropFirst().dropLast())))
  }

  mutating func pushText(_ count: Int) throws(WeightProblem) { push(.text(try reader.text(count))) }

  mutating func pushBytes(_ count: Int) throws(WeightProblem) {
    _ = try reader.bytes(count)
    push(.opaque)
  }

  mutating func pushGlobal(_ module: String, _ name: String) throws(WeightProblem) {
    push(.global(try PickleGlobal.named(String("\(module).\(name)".prefix(200)))))
  }
}
