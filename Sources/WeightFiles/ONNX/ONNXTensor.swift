import Networks

/// `TensorProto`: dimensions, a type and the bytes of the elements in one of several fields.
struct ONNXTensor {
  var name = ""
  var dimensions: [Int] = []
  private var type = 0
  private var isExternal = false
  private var place: [String: String] = [:]
  private var raw: UnsafeRawBufferPointer?
  private var floats: [Float] = []
  private var integers: [Int] = []
  private var doubles: [Double] = []

  init(_ message: UnsafeRawBufferPointer) throws(WeightProblem) {
    try Protobuf.read(message, "ONNX tensor") { field, value throws(WeightProblem) in
      switch field {
      case 1: try value.append(to: &dimensions)
      case 2: type = value.int
      case 4: try value.append(to: &floats)
      case 5, 7: try value.append(to: &integers)
      case 8: name = value.text
      case 10: try value.append(to: &doubles)
      case 9: raw = value.raw
      case 13: try readPlace(value.raw)
      case 14: isExternal = value.int == 1
      default: break
      }
    }
  }

  /// ONNX's numbers of element types.
  private static let types: [Int: ElementType] = [
    1: .float32, 2: .uint8, 3: .int8, 5: .int16, 6: .int32, 7: .int64, 9: .bool, 10: .float16, 11: .float64,
    16: .bfloat16,
  ]

  private mutating func readPlace(_ message: UnsafeRawBufferPointer) throws(WeightProblem) {
    var (key, text) = ("", "")
    try Protobuf.read(message, "ONNX external data") { field, value throws(WeightProblem) in
      if field == 1 { key = value.text }
      if field == 2 { text = value.text }
    }
    place[key] = text
  }

  /// The elements; a view of the file where they are aligned `Float`.
  func constant(_ source: ONNXSource) throws(WeightProblem) -> ONNXConstant {
    guard let element = ONNXTensor.types[type] else {
      throw .unsupported(kind: "ONNX element type", name: String(type))
    }
    guard let count = elementCount(dimensions) else {
      throw .malformed(part: name, detail: "dimensions that no memory holds")
    }
    let constant = try elements(element, count, source)
    guard constant.count == count else { throw .malformed(part: name, detail: "dimensions and elements disagree") }
    return constant
  }

  private func elements(
    _ element: ElementType, _ count: Int, _ source: ONNXSource
  ) throws(WeightProblem) -> ONNXConstant {
    if isExternal {
      try source.spend(element == .float32 ? 0 : 8 * count)
      let (bytes, owner) = try source.external(place, count: count * element.size, part: name)
      return decoded(element, count, bytes, owner)
    }
    guard let raw else { return unpacked(element) }
    guard raw.count == count * element.size else { throw .truncated(part: name) }
    return decoded(element, count, raw, source.file)
  }

  private func decoded(
    _ element: ElementType, _ count: Int, _ raw: UnsafeRawBufferPointer, _ owner: FileBytes
  ) -> ONNXConstant {
    if element.isInteger {
      return ONNXConstant(dimensions: dimensions, integers: (0..<count).map { element.integer(raw, $0) })
    }
    return ONNXConstant(dimensions: dimensions, tensor: Tensor(shape: dimensions, element, in: raw, of: owner))
  }

  /// Elements in a field of their own; those of half the size stand as the bits of whole numbers.
  private func unpacked(_ element: ElementType) -> ONNXConstant {
    if element.isInteger { return ONNXConstant(dimensions: dimensions, integers: integers) }
    let values =
      switch element {
      case .float16: integers.map { Float(Float16(bitPattern: UInt16(truncatingIfNeeded: $0))) }
      case .bfloat16: integers.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) }
      case .float64: doubles.map { Float($0) }
      default: floats
      }
    return ONNXConstant(dimensions: dimensions, tensor: Tensor(shape: [values.count], values))
  }
}

extension ElementType {
  /// Whether values are whole numbers.
  fileprivate var isInteger: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16: false
    case .int64, .int32, .int16, .int8, .uint8, .bool: true
    }
  }

  /// Element `index` as a whole number.
  fileprivate func integer(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
    self == .int64 ? Int(bytes.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)) : Int(load(bytes, index))
  }
}
