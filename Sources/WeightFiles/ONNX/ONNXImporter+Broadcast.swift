// Two values that are broadcast to each other, and values that are repeated.
import Networks

/// A factor of a broadcast value, and where it lies in the memory of each of the two.
private struct SharedFactor {
  var dimension: Int
  /// Which of the dimension's factors it is.
  var part: Int
  var size: Int
  var places: (a: Int?, b: Int?)

  func isLike(_ other: SharedFactor) -> Bool {
    (places.a == nil) == (other.places.a == nil) && (places.b == nil) == (other.places.b == nil)
  }
}

extension ONNXImporter {
  /// Both values as images that an operation broadcasts, and how the result's dimensions lie in memory.
  mutating func joined(
    _ node: ONNXNode, _ a: ONNXActivation, _ b: ONNXActivation
  ) throws -> (a: Value, b: Value, layout: ONNXLayout) {
    var (a, b) = (a, b)
    let rank = max(a.rank, b.rank)
    a.layout.axes.insert(contentsOf: repeatElement([], count: rank - a.rank), at: 0)
    b.layout.axes.insert(contentsOf: repeatElement([], count: rank - b.rank), at: 0)
    guard zip(a.extents, b.extents).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else {
      throw node.malformed("of \(a.extents) and \(b.extents)")
    }
    if !ONNXImporter.cutAlike(&a.layout, &b.layout) {
      (a, b) = (try rowMajor(a), try rowMajor(b))
      guard ONNXImporter.cutAlike(&a.layout, &b.layout) else { throw node.unsupported("of dimensions in parts") }
    }
    let factors = ONNXImporter.shared(a.layout, b.layout)
    guard let groups = ONNXImporter.groups(factors, a, b) else { throw node.unsupported("broadcast in turns") }
    return (
      try arranged(a, groups.map { $0.compactMap(\.places.a) }),
      try arranged(b, groups.map { $0.compactMap(\.places.b) }),
      ONNXImporter.layout(groups.flatMap { $0 }, rank: rank)
    )
  }

  private mutating func arranged(_ x: ONNXActivation, _ groups: [[Int]]) throws -> Value {
    let shape = Shape(
      height: x.layout.size(groups[0]), width: x.layout.size(groups[1]), channels: x.layout.size(groups[2]))
    return try arranged(x, groups.flatMap { $0 }, shape)
  }

  /// Cuts factors until dimensions that both have are cut alike; false where that does not come out even.
  private static func cutAlike(_ a: inout ONNXLayout, _ b: inout ONNXLayout) -> Bool {
    for dimension in a.axes.indices where !a.axes[dimension].isEmpty && !b.axes[dimension].isEmpty {
      var at = 0
      while at < a.axes[dimension].count, at < b.axes[dimension].count {
        let (p, q) = (a.axes[dimension][at], b.axes[dimension][at])
        let (m, n) = (a.sizes[p], b.sizes[q])
        if m > n, m % n == 0 { a.cut(p, outer: n) } else if n > m, n % m == 0 { b.cut(q, outer: m) }
        guard max(m, n) % min(m, n) == 0 else { return false }
        at += 1
      }
    }
    return true
  }

  /// The factors of both in the order of memory: that of the one that has them all, else a map's.
  private static func shared(_ a: ONNXLayout, _ b: ONNXLayout) -> [SharedFactor] {
    let factors = a.axes.indices.flatMap { dimension in
      (0..<max(a.axes[dimension].count, b.axes[dimension].count)).map { at in
        let p = a.axes[dimension].indices.contains(at) ? a.axes[dimension][at] : nil
        let q = b.axes[dimension].indices.contains(at) ? b.axes[dimension][at] : nil
        let size = p.map { a.sizes[$0] } ?? b.sizes[q!]
        return SharedFactor(dimension: dimension, part: at, size: size, places: (p, q))
      }
    }
    if !factors.contains(where: { $0.places.a == nil }) { return factors.sorted { $0.places.a! < $1.places.a! } }
    if !factors.contains(where: { $0.places.b == nil }) { return factors.sorted { $0.places.b! < $1.places.b! } }
    return factors.filter { $0.dimension != 1 } + factors.filter { $0.dimension == 1 }
  }

  /// Rows, columns and channels, each of factors that the same values have: the image's own where it fits.
  private static func groups(_ factors: [SharedFactor], _ a: ONNXActivation, _ b: ONNXActivation) -> [[SharedFactor]]? {
    for x in [a, b] where x.value.shape.count == factors.reduce(1, { $0 * $1.size }) {
      if let own = cut(factors, x.value.shape), own.allSatisfy({ group in group.allSatisfy { $0.isLike(group[0]) } }) {
        return own
      }
    }
    var runs: [[SharedFactor]] = []
    for factor in factors {
      if let last = runs.last?.last, last.isLike(factor) {
        runs[runs.count - 1].append(factor)
      } else {
        runs.append([factor])
      }
    }
    return runs.count > 3 ? nil : Array(repeating: [], count: 3 - runs.count) + runs
  }

  /// `factors` as the rows, columns and channels of `shape`.
  private static func cut(_ factors: [SharedFactor], _ shape: Shape) -> [[SharedFactor]]? {
    var (groups, rest) = ([[SharedFactor]](), factors[...])
    for extent in [shape.height, shape.width, shape.channels] {
      var (group, size) = ([SharedFactor](), 1)
      while size < extent, let factor = rest.popFirst() {
        size *= factor.size
        group.append(factor)
      }
      guard size == extent else { return nil }
      groups.append(group)
    }
    return groups
  }

  private static func layout(_ factors: [SharedFactor], rank: Int) -> ONNXLayout {
    var layout = ONNXLayout(sizes: [], axes: Array(repeating: nil, count: rank))
    layout.sizes = factors.map(\.size)
    for (place, factor) in factors.enumerated().sorted(by: { $0.element.part < $1.element.part }) {
      layout.axes[factor.dimension].append(place)
    }
    layout.normalise()
    return layout
  }

  /// `x` repeated to the extents that broadcasting it to `extents` gives.
  mutating func expanded(_ node: ONNXNode, _ x: ONNXActivation, _ extents: [Int]) throws -> ONNXActivation {
    var x = x
    let rank = max(x.rank, extents.count)
    x.layout.axes.insert(contentsOf: repeatElement([], count: rank - x.rank), at: 0)
    let wanted = Array(repeating: 1, count: rank - extents.count) + extents
    guard zip(x.extents, wanted).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }), elementCount(wanted) != nil else {
      throw node.malformed("of \(x.extents) to \(wanted.prefix(8))")
    }
    let fresh = (0..<rank).filter { x.extents[$0] == 1 && wanted[$0] > 1 }
    return fresh.isEmpty ? x : try repeated(x, fresh, wanted)
  }

  /// Repeats of a vector lie around it, those of a map within each pixel.
  private mutating func repeated(_ x: ONNXActivation, _ fresh: [Int], _ wanted: [Int]) throws -> ONNXActivation {
    let old = Array(x.layout.sizes.indices)
    var layout = x.layout
    let sizes = fresh.map { wanted[$0] }
    let isVector = x.layout.axes.filter { !$0.isEmpty }.count == 1
    if isVector { layout.axes = layout.axes.map { $0.map { $0 + fresh.count } } }
    layout.sizes = isVector ? sizes + layout.sizes : layout.sizes + sizes
    for (place, dimension) in fresh.enumerated() { layout.axes[dimension] = [isVector ? place : old.count + place] }
    let count = elementCount(sizes) ?? 0
    let view: Shape
    let output: Shape
    if isVector {
      view = Shape(vector: x.layout.size(old))
      output = Shape(height: sizes[0], width: sizes.dropFirst().reduce(1, *), channels: view.channels)
    } else {
      let isMap = x.value.shape.channels == 1
      view = isMap ? x.value.shape : Shape(height: x.layout.size(old), width: 1, channels: 1)
      output = Shape(height: view.height, width: view.width, channels: count)
    }
    let value = try add(Expand(to: output), arranged(x, old, view))
    layout.normalise()
    return ONNXActivation(value: value, layout: layout)
  }
}
