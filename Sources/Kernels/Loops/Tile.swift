import CCPU
import KernelTypes

/// The register tile that convolutions and linear layers are made of: `rows` x `vectors` vectors of sums of products.
///
/// 6 x 16 floats fill the sixteen AVX2 registers: twelve sums, two vectors of weights, one broadcast input. 8 x 32 take nineteen
/// of AVX-512's thirty-two; more rows would need more addresses than there are general registers. `rows` and `vectors` are
/// known when compiling, so the loops over them vanish and the sums stay in registers.
struct Tile<let rows: Int, let vectors: Int, V: FloatVector> {
  var sums: InlineArray<rows, InlineArray<vectors, V>>

  /// Adds, for each kernelPosition and each `k` below `depth`, `pointers[kernelPosition * rows + row][first + k]` times row `kernelPosition * depth + k` of
  /// `panel`. The order of additions is that of kernelPositions and k, whatever the tile's size.
  @inline(__always)
  mutating func accumulate(_ product: TileProduct, _ pointers: UnsafePointer<UnsafePointer<Float>>) {
    var weights = product.panel
    let (first, depth) = (product.first, product.depth)
    for kernelPosition in 0..<product.kernelPositions.count {
      let inputs = InlineArray<rows, UnsafePointer<Float>> { pointers[kernelPosition * rows + $0] + first }
      for k in 0..<depth {
        let w = InlineArray<vectors, V> { weights.load(V.self, V.lanes * $0) }
        prefetchAhead(weights, floats: V.lanes * vectors)
        for row in 0..<rows {
          let x = V(repeating: inputs[row][k])
          for v in 0..<vectors { sums[row][v].addProduct(x, w[v]) }
        }
        weights += V.lanes * vectors
      }
    }
  }

  /// The sums start with the bias and the residual.
  @inline(__always)
  init(_ target: TileTarget) {
    let bias = InlineArray<vectors, V> { target.bias?.load(V.self, V.lanes * $0) ?? V(repeating: 0) }
    sums = .init(repeating: bias)
    guard let residual = target.residual else { return }
    // Without a bias nothing is added: sums that go on stay as they are, zeros with their sign.
    for row in 0..<rows {
      for v in 0..<vectors {
        let start = residual.load(V.self, row * target.stride + V.lanes * v)
        sums[row][v] = target.bias == nil ? start : sums[row][v] + start
      }
    }
  }

  /// To memory, through the rectifier if asked; other functions follow on the stored rows.
  @inline(__always)
  func store(_ target: TileTarget) {
    if target.function == .relu {
      for row in 0..<rows {
        for v in 0..<vectors { target.base.store(sums[row][v].rectified, row * target.stride + V.lanes * v) }
      }
    } else {
      for row in 0..<rows {
        for v in 0..<vectors { target.base.store(sums[row][v], row * target.stride + V.lanes * v) }
      }
      if target.function != .identity { target.applyFunction(rows) }
    }
  }

  /// A whole tile: start, sum, store.
  @inline(never)
  static func compute(
    _ product: TileProduct, _ pointers: UnsafePointer<UnsafePointer<Float>>, _ target: TileTarget
  ) {
    var tile = Self(target)
    tile.accumulate(product, pointers)
    tile.store(target)
  }
}

extension VectorLoops {
  public static func multiply(_ product: TileProduct, _ target: TileTarget) {
    for tile in 0..<product.split.tiles {
      let start = product.split.start(tile)
      var target = target
      target.base += start * target.stride
      if let residual = target.residual { target.residual = residual + start * target.stride }
      let rows = product.split.rows(tile)
      let pointers = product.pointers + start * product.allTaps + product.kernelPositions.lowerBound * rows
      if target.columns == product.width {
        computeWhole(rows, product, pointers, target)
      } else {
        computePartial(rows, product, pointers, target)
      }
    }
  }

  @inline(never)
  private static func computeWhole(
    _ rows: Int, _ product: TileProduct, _ pointers: UnsafePointer<UnsafePointer<Float>>, _ target: TileTarget
  ) {
    switch product.width {
    case 2 * lanes: Panel<2, Vector>.compute(rows, product, pointers, target)
    case lanes: Panel<1, Vector>.compute(rows, product, pointers, target)
    default: Panel<1, V8>.compute(rows, product, pointers, target)
    }
  }

  /// Columns that do not exist are computed aside and dropped. Sums start as in a whole tile, so results are the same.
  @inline(never)
  private static func computePartial(
    _ rows: Int, _ product: TileProduct, _ pointers: UnsafePointer<UnsafePointer<Float>>, _ target: TileTarget
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: tileRows * 2 * lanes) { sums in
      let aside = sums.baseAddress!
      var whole = TileTarget(base: aside, stride: product.width, columns: product.width, bias: target.bias)
      if let residual = target.residual {
        aside.update(repeating: 0, count: rows * product.width)
        for row in 0..<rows {
          (aside + row * product.width).update(from: residual + row * target.stride, count: target.columns)
        }
        whole.residual = UnsafePointer(aside)
      }
      computeWhole(rows, product, pointers, whole)
      for row in 0..<rows {
        (target.base + row * target.stride).update(from: aside + row * product.width, count: target.columns)
      }
      target.applyFunction(rows)
    }
  }
}

/// Tiles as wide as a panel of `vectors` vectors.
private enum Panel<let vectors: Int, V: FloatVector> {
  @inline(__always)
  static func compute(
    _ rows: Int, _ product: TileProduct, _ pointers: UnsafePointer<UnsafePointer<Float>>, _ target: TileTarget
  ) {
    switch rows {
    case 8: Tile<8, vectors, V>.compute(product, pointers, target)
    case 7: Tile<7, vectors, V>.compute(product, pointers, target)
    case 6: Tile<6, vectors, V>.compute(product, pointers, target)
    case 5: Tile<5, vectors, V>.compute(product, pointers, target)
    case 4: Tile<4, vectors, V>.compute(product, pointers, target)
    case 3: Tile<3, vectors, V>.compute(product, pointers, target)
    case 2: Tile<2, vectors, V>.compute(product, pointers, target)
    case 1: Tile<1, vectors, V>.compute(product, pointers, target)
    default: preconditionFailure("no tile of \(rows) rows")
    }
  }
}

extension TileTarget {
  @inline(never)
  func applyFunction(_ rows: Int) {
    guard function != .identity else { return }
    for row in 0..<rows {
      VectorLoops.apply(function, base + row * stride, base + row * stride, count: columns)
    }
  }
}
