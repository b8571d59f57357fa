/// The left matrix of a product: element (row, depth) is at `base[row * rowStep + depth * depthStep]`.
public struct Factor {
  /// Element (0, 0).
  public var base: UnsafePointer<Float>
  /// Distance between rows.
  public var rowStep: Int
  /// Distance between columns.
  public var depthStep: Int

  /// A matrix with the given steps.
  public init(_ base: UnsafePointer<Float>, rowStep: Int, depthStep: Int) {
    (self.base, self.rowStep, self.depthStep) = (base, rowStep, depthStep)
  }
}

/// The right matrix of a product in panels of 16 columns, each `depth` x 16 and contiguous; unused columns hold anything.
public enum GemmPanels {
  /// Columns of a panel.
  public static let width = 16

  /// Floats that `columns` columns of `depth` rows take.
  public static func count(depth: Int, columns: Int) -> Int { (columns + width - 1) / width * width * depth }

  /// Packs a matrix whose element (k, j) is at `source[k * depthStep + j * columnStep]`.
  public static func pack(
    depth: Int, columns: Int, _ source: UnsafePointer<Float>, depthStep: Int, columnStep: Int,
    into panels: UnsafeMutablePointer<Float>
  ) {
    for first in stride(from: 0, to: columns, by: width) {
      let used = min(width, columns - first)
      for k in 0..<depth {
        let out = panels + first * depth + k * width
        let from = source + k * depthStep + first * columnStep
        if columnStep == 1, used == width {
          out.store(from.vector())
          out.store(from.vector(8), 8)
        } else {
          for j in 0..<used { out[j] = from[j * columnStep] }
        }
      }
    }
  }
}

/// `c = a * b` or `c += a * b`: `c` is `rows` x `columns` with rows `ldc` apart, `b` is `depth` x `columns` in `GemmPanels`.
///
/// Each element is one chain of fused multiply-adds in order of depth: it depends neither on `rows` nor on `columns`.
public func multiplyPanels(
  rows: Int, columns: Int, depth: Int, _ a: Factor, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
  ldc: Int, accumulate: Bool
) {
  for column in stride(from: 0, to: columns, by: GemmPanels.width) {
    let (panel, target) = (b + column * depth, c + column)
    switch columns - column {
    case 16...: strip16(rows, depth, a, panel, target, ldc, accumulate)
    case 8: strip8(rows, depth, a, panel, target, ldc, accumulate)
    case let left: ragged(rows, left, depth, a, panel, target, ldc, accumulate)
    }
  }
}

@inline(__always)
private func strip16(
  _ rows: Int, _ depth: Int, _ a: Factor, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ ldc: Int,
  _ accumulate: Bool
) {
  var row = 0
  while row + 6 <= rows {
    GemmTile<6, 2>.compute(depth, a.row(row), b, c + row * ldc, ldc, accumulate)
    row += 6
  }
  if row + 4 <= rows {
    GemmTile<4, 2>.compute(depth, a.row(row), b, c + row * ldc, ldc, accumulate)
    row += 4
  }
  while row < rows {
    GemmTile<1, 2>.compute(depth, a.row(row), b, c + row * ldc, ldc, accumulate)
    row += 1
  }
}

@inline(__always)
private func strip8(
  _ rows: Int, _ depth: Int, _ a: Factor, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ ldc: Int,
  _ accumulate: Bool
) {
  var row = 0
  while row + 6 <= rows {
    GemmTile<6, 1>.compute(depth, a.row(row), b, c + row * ldc, ldc, accumulate)
    row += 6
  }
  while row < rows {
    GemmTile<1, 1>.compute(depth, a.row(row), b, c + row * ldc, ldc, accumulate)
    row += 1
  }
}

/// A number of columns that fills no register: whole rows of a panel, of which `columns` are stored.
private func ragged(
  _ rows: Int, _ columns: Int, _ depth: Int, _ a: Factor, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ accumulate: Bool
) {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 16) { whole in
    for row in 0..<rows {
      let out = c + row * ldc
      for column in 0..<16 { whole[column] = accumulate && column < columns ? out[column] : 0 }
      GemmTile<1, 2>.compute(depth, a.row(row), b, whole.baseAddress!, 16, true)
      for column in 0..<columns { out[column] = whole[column] }
    }
  }
}

extension Factor {
  /// The matrix from row `row` on.
  @inline(__always)
  fileprivate func row(_ row: Int) -> Factor { Factor(base + row * rowStep, rowStep: rowStep, depthStep: depthStep) }
}

/// A register tile of `rows` x `8 * vectors` sums whose left matrix has any steps, which gradients by weights need
/// (`Tile` reads rows through pointers instead).
private struct GemmTile<let rows: Int, let vectors: Int> {
  @inline(never)
  static func compute(
    _ depth: Int, _ a: Factor, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ ldc: Int,
    _ accumulate: Bool
  ) {
    var sums = InlineArray<rows, InlineArray<vectors, V8>>(repeating: .init(repeating: .zero))
    if accumulate {
      for row in 0..<rows {
        for v in 0..<vectors { sums[row][v] = c.vector(row * ldc + 8 * v) }
      }
    }
    var (left, right) = (a.base, b)
    for _ in 0..<depth {
      let w = InlineArray<vectors, V8> { right.vector(8 * $0) }
      for row in 0..<rows {
        let x = V8(repeating: left[row * a.rowStep])
        for v in 0..<vectors { sums[row][v].addProduct(x, w[v]) }
      }
      left += a.depthStep
      right += GemmPanels.width
    }
    for row in 0..<rows {
      for v in 0..<vectors { c.store(sums[row][v], row * ldc + 8 * v) }
    }
  }
}
