public import KernelTypes

extension VectorLoops {
  public static func multiplyPanel(
    rows: Int, columns: Int, depth: Int, _ a: Factor, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
    ldc: Int, accumulate: Bool
  ) {
    let split = TileSplit(rows: rows, limit: tileRows)
    for tile in 0..<split.tiles {
      let start = split.start(tile)
      let product = GemmProduct(
        depth: depth, a: Factor(a.base + start * a.rowStep, rowStep: a.rowStep, depthStep: a.depthStep), b: b,
        c: c + start * ldc, ldc: ldc, accumulate: accumulate)
      if columns == 8 {
        GemmStrip<1, V8>.compute(split.rows(tile), product)
      } else if lanes == 16 {
        GemmStrip<1, Vector>.compute(split.rows(tile), product)
      } else {
        GemmStrip<2, V8>.compute(split.rows(tile), product)
      }
    }
  }
}

/// A tile's part of a product.
private struct GemmProduct {
  let depth: Int
  let a: Factor
  let b: UnsafePointer<Float>
  let c: UnsafeMutablePointer<Float>
  let ldc: Int
  let accumulate: Bool
}

private enum GemmStrip<let vectors: Int, V: FloatVector> {
  @inline(__always)
  static func compute(_ rows: Int, _ product: GemmProduct) {
    switch rows {
    case 8: GemmTile<8, vectors, V>.compute(product)
    case 7: GemmTile<7, vectors, V>.compute(product)
    case 6: GemmTile<6, vectors, V>.compute(product)
    case 5: GemmTile<5, vectors, V>.compute(product)
    case 4: GemmTile<4, vectors, V>.compute(product)
    case 3: GemmTile<3, vectors, V>.compute(product)
    case 2: GemmTile<2, vectors, V>.compute(product)
    case 1: GemmTile<1, vectors, V>.compute(product)
    default: preconditionFailure("no tile of \(rows) rows")
    }
  }
}

/// A register tile whose left matrix has any steps, which gradients by weights need (`Tile` reads rows through pointers
/// instead). Rows of the panel are sixteen floats apart.
private enum GemmTile<let rows: Int, let vectors: Int, V: FloatVector> {
  @inline(never)
  static func compute(_ product: GemmProduct) {
    let (a, ldc) = (product.a, product.ldc)
    var sums = InlineArray<rows, InlineArray<vectors, V>>(repeating: .init(repeating: V(repeating: 0)))
    if product.accumulate {
      for row in 0..<rows {
        for v in 0..<vectors { sums[row][v] = UnsafePointer(product.c).load(V.self, row * ldc + V.lanes * v) }
      }
    }
    var (left, right) = (a.base, product.b)
    for _ in 0..<product.depth {
      let w = InlineArray<vectors, V> { right.load(V.self, V.lanes * $0) }
      for row in 0..<rows {
        let x = V(repeating: left[row * a.rowStep])
        for v in 0..<vectors { sums[row][v].addProduct(x, w[v]) }
      }
      left += a.depthStep
      right += 16
    }
    for row in 0..<rows {
      for v in 0..<vectors { product.c.store(sums[row][v], row * ldc + V.lanes * v) }
    }
  }
}
