import Networks

/// How the numbers of a stored tensor are coded. All formats share this table; Mien computes in `Float`.
enum ElementType: String, CaseIterable {
  // Raw values are safetensors' names.
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint8 = "U8"
  case bool = "BOOL"

  /// Bytes of one element.
  var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Element `index` of little-endian `bytes`, at any alignment.
  @inline(__always)
  func load(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float {
    let at = index * size
    return switch self {
    case .float64: Float(Double(bitPattern: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
    case .float32: Float(bitPattern: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    case .float16: Float(Float16(bitPattern: bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self)))
    case .bfloat16: Float(bitPattern: UInt32(bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self)) << 16)
    case .int64: Float(bytes.loadUnaligned(fromByteOffset: at, as: Int64.self))
    case .int32: Float(bytes.loadUnaligned(fromByteOffset: at, as: Int32.self))
    case .int16: Float(bytes.loadUnaligned(fromByteOffset: at, as: Int16.self))
    case .int8: Float(bytes.loadUnaligned(fromByteOffset: at, as: Int8.self))
    case .uint8, .bool: Float(bytes[at])
    }
  }
}

extension Tensor {
  /// The tensor that `bytes` of `owner` hold, contiguous: a view where they are aligned `Float`, else a converted copy.
  convenience init(shape: [Int], _ type: ElementType, in bytes: UnsafeRawBufferPointer, of owner: FileBytes) {
    if type == .float32, let base = bytes.baseAddress, Int(bitPattern: base) % 4 == 0 {
      // Read-only memory: the invariant of `Tensor` forbids writing to a mapped tensor.
      let floats = UnsafeMutableRawPointer(mutating: base).bindMemory(to: Float.self, capacity: bytes.count / 4)
      self.init(shape: shape, viewing: .init(start: floats, count: bytes.count / 4), of: owner)
    } else {
      self.init(shape: shape)
      for index in 0..<count { elements[index] = type.load(bytes, index) }
    }
  }
}
