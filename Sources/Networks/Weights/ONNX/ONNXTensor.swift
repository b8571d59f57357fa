/// `TensorProto`: dimensions, a type and the bytes of the elements in one of several fields.
struct ONNXTensor {
  var name = ""
  var dimensions: [Int] = []
  private var type = 0
  private var isExternal = false
  private var raw: UnsafeRawBufferPointer?
  private var floats: [Float] = []
  private var integers: [Int] = []

  init(_ message: UnsafeRawBufferPointer) throws(WeightProblem) {
    try Protobuf.read(message, "ONNX tensor") { field, value throws(WeightProblem) in
      switch field {
      case 1: try value.append(to: &dimensions)
      case 2: type = value.int
      case 4: try value.append(to: &floats)
      case 5, 7: try value.append(to: &integers)
      case 8: name = value.text
      case 9: raw = value.raw
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

  /// The elements; a view of `file` where they are aligned `Float`.
  func constant(_ file: FileBytes) throws(WeightProblem) -> ONNXConstant {
    guard !isExternal else { throw .unsupported(kind: "ONNX feature", name: "weights in a file of their own") }
    guard let element = ONNXTensor.types[type] else {
      throw .unsupported(kind: "ONNX element type", name: String(type))
    }
    guard let count = elementCount(dimensions) else {
      throw .malformed(part: name, detail: "dimensions that no memory holds")
    }
    let constant =
      raw == nil ? unpacked(element) : try decoded(element, count, file)
    guard constant.count == count else { throw .malformed(part: name, detail: "dimensions and elements disagree") }
    return constant
  }

  private func decoded(
    _ element: ElementType, _ count: Int, _ file: FileBytes
  ) throws(WeightProblem) -> ONNXConstant {
    guard let raw, raw.count == count * element.size else { throw .truncated(part: name) }
    if element.isInteger {
      return ONNXConstant(dimensions: dimensions, integers: (0..<count).map { element.integer(raw, $0) })
    }
    return ONNXConstant(dimensions: dimensions, tensor: Tensor(shape: dimensions, element, in: raw, of: file))
  }

  private func unpacked(_ element: ElementType) -> ONNXConstant {
    if element.isInteger { return ONNXConstant(dimensions: dimensions, integers: integers) }
    return ONNXConstant(dimensions: dimensions, tensor: Tensor(shape: [floats.count], floats))
  }
}

/// A value that is known when a network is imported.
struct ONNXConstant {
  var dimensions: [Int]
  /// Elements of an integer or truth value.
  var integers: [Int]?
  /// Elements of all other types; its own shape may be flat.
  var tensor: Tensor?

  init(dimensions: [Int], integers: [Int]) {
    self.dimensions = dimensions
    self.integers = integers
  }

  init(dimensions: [Int], tensor: Tensor) {
    self.dimensions = dimensions
    self.tensor = tensor
  }

  /// Number of elements.
  var count: Int { integers?.count ?? tensor?.count ?? 0 }

  /// The first element as a number.
  var first: Float? { integers.map { $0.first.map { Float($0) } } ?? tensor?.elements.first }

  /// Elements as numbers.
  var floats: [Float] { integers?.map { Float($0) } ?? tensor.map { Array($0.elements) } ?? [] }

  /// The tensor in the shape of `dimensions`, not copied where it can be shared.
  var parameter: Tensor {
    guard let tensor else { return Tensor(shape: dimensions, floats) }
    return tensor.shape == dimensions ? tensor : Tensor(shape: dimensions, viewing: tensor.elements, of: tensor)
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
