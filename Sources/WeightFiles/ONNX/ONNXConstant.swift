import Networks

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

  init(dimensions: [Int], floats: [Float]) {
    self.init(dimensions: dimensions, tensor: Tensor(shape: [floats.count], floats))
  }

  init(dimensions: [Int], tensor: Tensor) {
    self.dimensions = dimensions
    self.tensor = tensor
  }

  /// Number of elements.
  var count: Int { integers?.count ?? tensor?.count ?? 0 }

  /// The first element as a number.
  var first: Float? { integers.map { $0.first.map { Float($0) } } ?? tensor?.elements.first }

  /// The same elements in other dimensions.
  func with(dimensions: [Int]) -> ONNXConstant {
    var result = self
    result.dimensions = dimensions
    return result
  }

  /// The elements at `places`, in other dimensions.
  func picked(_ places: [Int], dimensions: [Int]) -> ONNXConstant {
    if let integers { return ONNXConstant(dimensions: dimensions, integers: places.map { integers[$0] }) }
    let elements = tensor!.elements
    return ONNXConstant(dimensions: dimensions, tensor: Tensor(shape: [places.count], places.map { elements[$0] }))
  }

  /// Elements as numbers.
  var floats: [Float] { integers?.map { Float($0) } ?? tensor.map { Array($0.elements) } ?? [] }

  /// The tensor in the shape of `dimensions`, not copied where it can be shared.
  var parameter: Tensor {
    guard let tensor else { return Tensor(shape: dimensions, floats) }
    return tensor.shape == dimensions ? tensor : Tensor(shape: dimensions, viewing: tensor.elements, of: tensor)
  }
}
