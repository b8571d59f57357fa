/// The register tile that convolutions and linear layers are made of: `rows` x `8 * vectors` sums of products.
///
/// 6 x 16 fills the sixteen AVX2 registers: twelve sums, two vectors of weights, one broadcast input. `rows` and
/// `vectors` are known when compiling, so the loops over them vanish and the sums stay in registers.
struct Tile<let rows: Int, let vectors: Int> {
  var sums = InlineArray<rows, InlineArray<vectors, V8>>(repeating: .init(repeating: .zero))

  /// Adds, for each tap and each `k` below `depth`, `pointers[tap * rows + row][k]` times row `tap * depth + k` of
  /// `panel`. The order of additions is that of taps and k, whatever the tile's size.
  @inline(__always)
  mutating func accumulate(
    taps: Int, depth: Int, _ pointers: UnsafePointer<UnsafePointer<Float>>, _ panel: UnsafePointer<Float>
  ) {
    var weights = panel
    for tap in 0..<taps {
      let inputs = InlineArray<rows, UnsafePointer<Float>> { pointers[tap * rows + $0] }
      for k in 0..<depth {
        let w = InlineArray<vectors, V8> { weights.vector(8 * $0) }
        for row in 0..<rows {
          let x = V8(repeating: inputs[row][k])
          for v in 0..<vectors { sums[row][v].addProduct(x, w[v]) }
        }
        weights += 8 * vectors
      }
    }
  }

  /// The sums start with the bias and the residual.
  @inline(__always)
  init(_ target: TileTarget) {
    let bias = InlineArray<vectors, V8> { target.bias?.vector(8 * $0) ?? .zero }
    for row in 0..<rows { sums[row] = bias }
    guard let residual = target.residual else { return }
    for row in 0..<rows {
      for v in 0..<vectors { sums[row][v] += residual.vector(row * target.stride + 8 * v) }
    }
  }

  /// To memory, through the rectifier if asked; other functions follow on the stored rows.
  @inline(__always)
  func store(_ target: TileTarget) {
    if target.function == .relu {
      for row in 0..<rows {
        for v in 0..<vectors { target.base.store(rectified(sums[row][v]), row * target.stride + 8 * v) }
      }
    } else {
      for row in 0..<rows {
        for v in 0..<vectors { target.base.store(sums[row][v], row * target.stride + 8 * v) }
      }
      if target.function != .identity { target.applyFunction(rows) }
    }
  }

  /// A whole tile: start, sum, store.
  @inline(never)
  static func compute(
    _ taps: Int, _ depth: Int, _ pointers: UnsafePointer<UnsafePointer<Float>>, _ panel: UnsafePointer<Float>,
    _ target: TileTarget
  ) {
    var tile = Self(target)
    tile.accumulate(taps: taps, depth: depth, pointers, panel)
    tile.store(target)
  }
}

/// Where a tile goes and what is done on the way.
struct TileTarget {
  /// The tile's first element.
  var base: UnsafeMutablePointer<Float>
  /// Floats from row to row, of `base` and `residual`.
  var stride: Int
  /// Columns that exist.
  var columns: Int
  /// Added to every row; readable in whole vectors.
  var bias: UnsafePointer<Float>?
  /// Added element by element.
  var residual: UnsafePointer<Float>?
  /// Applied last.
  var function = ActivationFunction.identity

  /// Columns that fill no whole tile: residual and function number by number.
  @inline(never)
  func storePartial(_ sums: UnsafePointer<Float>, _ rows: Int, _ width: Int) {
    for row in 0..<rows {
      let (target, source) = (base + row * stride, sums + row * width)
      for column in 0..<columns { target[column] = source[column] }
      // A loop of its own: asked element by element, nothing is read of what is not there, but with masked loads, at which
      // an emulated processor faults.
      guard let residual else { continue }
      for column in 0..<columns { target[column] += residual[row * stride + column] }
    }
    applyFunction(rows)
  }

  @inline(never)
  func applyFunction(_ rows: Int) {
    for row in 0..<rows { apply(function, base + row * stride, base + row * stride, count: columns) }
  }
}

/// One tile of `rows` (1 to 6) by `8 * vectors` (1 or 2). Columns that do not exist are computed aside and dropped.
@inline(__always)
func computeTile(
  rows: Int, vectors: Int, taps: Int, depth: Int, _ pointers: UnsafePointer<UnsafePointer<Float>>,
  _ panel: UnsafePointer<Float>, _ target: TileTarget
) {
  if target.columns == 8 * vectors {
    computeWholeTile(rows, vectors, taps, depth, pointers, panel, target)
  } else {
    computePartialTile(rows, vectors, taps, depth, pointers, panel, target)
  }
}

@inline(never)
private func computePartialTile(
  _ rows: Int, _ vectors: Int, _ taps: Int, _ depth: Int, _ pointers: UnsafePointer<UnsafePointer<Float>>,
  _ panel: UnsafePointer<Float>, _ target: TileTarget
) {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: tileRows * 16) { sums in
    let whole = TileTarget(base: sums.baseAddress!, stride: 8 * vectors, columns: 8 * vectors, bias: target.bias)
    computeWholeTile(rows, vectors, taps, depth, pointers, panel, whole)
    target.storePartial(sums.baseAddress!, rows, 8 * vectors)
  }
}

@inline(never)
private func computeWholeTile(
  _ rows: Int, _ vectors: Int, _ taps: Int, _ depth: Int, _ pointers: UnsafePointer<UnsafePointer<Float>>,
  _ panel: UnsafePointer<Float>, _ target: TileTarget
) {
  switch vectors * 8 + rows {
  case 22: Tile<6, 2>.compute(taps, depth, pointers, panel, target)
  case 21: Tile<5, 2>.compute(taps, depth, pointers, panel, target)
  case 20: Tile<4, 2>.compute(taps, depth, pointers, panel, target)
  case 19: Tile<3, 2>.compute(taps, depth, pointers, panel, target)
  case 18: Tile<2, 2>.compute(taps, depth, pointers, panel, target)
  case 17: Tile<1, 2>.compute(taps, depth, pointers, panel, target)
  case 14: Tile<6, 1>.compute(taps, depth, pointers, panel, target)
  case 13: Tile<5, 1>.compute(taps, depth, pointers, panel, target)
  case 12: Tile<4, 1>.compute(taps, depth, pointers, panel, target)
  case 11: Tile<3, 1>.compute(taps, depth, pointers, panel, target)
  case 10: Tile<2, 1>.compute(taps, depth, pointers, panel, target)
  case 9: Tile<1, 1>.compute(taps, depth, pointers, panel, target)
  default: preconditionFailure("no tile of \(rows) rows and \(vectors) vectors")
  }
}

/// Rows split into tiles of nearly equal size, at most six. Divides once: that costs as much as a small tile.
struct TileSplit {
  /// Tiles.
  let tiles: Int
  private let least: Int
  private let larger: Int

  @inline(__always)
  init(rows: Int) {
    tiles = (rows + tileRows - 1) / tileRows
    (least, larger) = rows.quotientAndRemainder(dividingBy: max(tiles, 1))
  }

  /// First row of tile `index`; of tile `tiles`, the number of rows.
  @inline(__always)
  func start(_ index: Int) -> Int { index &* least &+ min(index, larger) }
  /// Rows of tile `index`.
  @inline(__always)
  func rows(_ index: Int) -> Int { index < larger ? least &+ 1 : least }
}

/// Rows of the largest tile.
let tileRows = 6
