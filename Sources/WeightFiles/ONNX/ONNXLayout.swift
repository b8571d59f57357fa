import Networks

/// How the dimensions that ONNX sees lie in memory. Memory is cut into factors, outermost first; a dimension is a
/// list of factors, which need be neither together nor in order. So moving dimensions and most reshaping cost
/// nothing: an operation that needs an order asks for it (`ONNXImporter.arranged`). Extents of 1, the batch's too,
/// have no factors.
struct ONNXLayout: Hashable {
  /// The factors' sizes in memory order.
  var sizes: [Int]
  /// For each dimension the places of its factors in memory, outermost first.
  var axes: [[Int]]

  /// Memory of `sizes`, one factor for each of `axes` where that is not nil.
  init(sizes: [Int], axes: [Int?]) {
    self.sizes = sizes
    self.axes = axes.map { $0.map { [$0] } ?? [] }
    normalise()
  }

  /// A map as PyTorch sees it: batch, channels, rows, columns; without rows where `rank` is 3.
  init(map shape: Shape, rank: Int = 4) {
    self.init(
      sizes: [shape.height, shape.width, shape.channels], axes: rank == 4 ? [nil, 2, 0, 1] : [nil, 2, 1])
  }

  /// Memory in the order of dimensions.
  init(rowMajor extents: [Int]) { self.init(sizes: extents, axes: Array(extents.indices)) }

  /// Number of dimensions.
  var rank: Int { axes.count }

  /// The dimensions' extents.
  var extents: [Int] { axes.map(size) }

  /// Product of the factors at `places`.
  func size(_ places: some Sequence<Int>) -> Int { places.reduce(1) { $0 * sizes[$1] } }

  /// Places of all factors in the order of dimensions.
  var logical: [Int] { axes.flatMap { $0 } }

  /// The same dimensions over memory whose factors were put in `order`.
  func reordered(_ order: [Int]) -> ONNXLayout {
    var places = [Int](repeating: 0, count: sizes.count)
    for (place, old) in order.enumerated() { places[old] = place }
    var result = self
    result.sizes = order.map { sizes[$0] }
    result.axes = axes.map { $0.map { places[$0] } }
    result.normalise()
    return result
  }

  /// The same memory seen with dimensions of `extents`; nil where a factor would have to be cut unevenly.
  func reshaped(_ extents: [Int]) -> ONNXLayout? {
    var (result, places, cuts, next) = (self, logical, [[Int]](), 0)
    for extent in extents {
      let first = next
      guard result.take(extent, from: &places, &next) else { return nil }
      cuts.append(Array(first..<next))
    }
    guard next == places.count else { return nil }
    result.axes = cuts.map { $0.map { places[$0] } }
    result.normalise()
    return result
  }

  /// Moves `next` past factors of the product `extent`, cutting the last where that comes out even.
  private mutating func take(_ extent: Int, from places: inout [Int], _ next: inout Int) -> Bool {
    var need = extent
    while need > 1 {
      guard next < places.count else { return false }
      let (place, size) = (places[next], sizes[places[next]])
      if need % size != 0 {
        guard size % need == 0 else { return false }
        cut(place, outer: need)
        places = places.map { $0 > place ? $0 + 1 : $0 }
        places.insert(place + 1, at: next + 1)
      }
      need /= min(size, need)
      next += 1
    }
    return true
  }

  /// Cuts the factor at `place` in two.
  mutating func cut(_ place: Int, outer: Int) {
    sizes[place] /= outer
    sizes.insert(outer, at: place)
    axes = axes.map { $0.flatMap { $0 == place ? [place, place + 1] : [$0 > place ? $0 + 1 : $0] } }
  }

  /// Drops factors of 1 and joins those that lie together in memory and in a dimension.
  mutating func normalise() {
    for place in sizes.indices.reversed() where sizes[place] == 1 { drop(place) }
    for place in sizes.indices.reversed().dropLast() where follows(place) {
      sizes[place - 1] *= sizes[place]
      sizes[place] = 1
      drop(place)
    }
  }

  private mutating func drop(_ place: Int) {
    sizes.remove(at: place)
    axes = axes.map { $0.compactMap { $0 == place ? nil : $0 > place ? $0 - 1 : $0 } }
  }

  /// Whether the factor at `place` comes right after the one before it in a dimension, too.
  private func follows(_ place: Int) -> Bool {
    axes.contains { axis in
      axis.firstIndex(of: place).map { $0 > 0 && axis[$0 - 1] == place - 1 } ?? false
    }
  }
}

/// A value of the network as ONNX sees it.
struct ONNXActivation {
  /// The value.
  var value: Value
  /// How its dimensions lie in memory.
  var layout: ONNXLayout

  /// Number of dimensions, the batch's included.
  var rank: Int { layout.rank }
  /// Extents of all dimensions; the batch's is 1.
  var extents: [Int] { layout.extents }

  /// What `operation` of the same elements makes of it.
  func with(_ value: Value) -> ONNXActivation { ONNXActivation(value: value, layout: layout) }
}
