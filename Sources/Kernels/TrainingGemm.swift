/// Eight floats, a vector register.
typealias Lanes = SIMD8<Float>

extension UnsafePointer<Float> {
  /// The eight floats at an offset.
  @inline(__always) func lanes(_ at: Int) -> Lanes {
    UnsafeRawPointer(self + at).loadUnaligned(as: Lanes.self)
  }
}

extension UnsafeMutablePointer<Float> {
  /// The eight floats at an offset.
  @inline(__always) func lanes(_ at: Int) -> Lanes {
    UnsafeRawPointer(self + at).loadUnaligned(as: Lanes.self)
  }

  /// Writes eight floats at an offset.
  @inline(__always) func put(_ at: Int, _ value: Lanes) {
    UnsafeMutableRawPointer(self + at).storeBytes(of: value, as: Lanes.self)
  }
}

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

/// The right matrix of a product in panels of 16 columns, each `depth` x 16 and contiguous; unused columns hold zeros.
public struct GemmPanels {
  /// Columns of a panel.
  public static let width = 16

  /// Floats that `columns` columns of `depth` rows take.
  public static func count(depth: Int, columns: Int) -> Int { (columns + width - 1) / width * width * depth }
}

/// `c = a * b` or `c += a * b`: `c` is `rows` x `columns` with rows `ldc` apart, `b` is `depth` x `columns` in `GemmPanels`.
///
/// Each element is one chain of fused multiply-adds in order of depth: it depends neither on `rows` nor on `columns`.
public func multiplyPanels(
  rows: Int, columns: Int, depth: Int, _ a: Factor, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
  ldc: Int, accumulate: Bool
) {
  var column = 0
  while column < columns {
    let panel = b + column * depth
    let left = columns - column
    if left >= 16 {
      strip16(rows, depth, a, panel, c + column, ldc, accumulate)
    } else if left == 8 {
      strip8(rows, depth, a, panel, c + column, ldc, accumulate)
    } else {
      ragged(rows, left, depth, a, panel, c + column, ldc, accumulate)
    }
    column += 16
  }
}

@inline(__always)
private func strip16(
  _ rows: Int, _ depth: Int, _ a: Factor, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ ldc: Int,
  _ accumulate: Bool
) {
  var row = 0
  while row + 6 <= rows {
    tile6x16(depth, a.base + row * a.rowStep, a.rowStep, a.depthStep, b, c + row * ldc, ldc, accumulate)
    row += 6
  }
  if row + 4 <= rows {
    tile4x16(depth, a.base + row * a.rowStep, a.rowStep, a.depthStep, b, c + row * ldc, ldc, accumulate)
    row += 4
  }
  while row < rows {
    tile1x16(depth, a.base + row * a.rowStep, a.depthStep, b, c + row * ldc, accumulate)
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
    tile6x8(depth, a.base + row * a.rowStep, a.rowStep, a.depthStep, b, c + row * ldc, ldc, accumulate)
    row += 6
  }
  while row < rows {
    tile1x8(depth, a.base + row * a.rowStep, a.depthStep, b, c + row * ldc, accumulate)
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
      tile1x16(depth, a.base + row * a.rowStep, a.depthStep, b, whole.baseAddress!, true)
      for column in 0..<columns { out[column] = whole[column] }
    }
  }
}

@inline(never)
private func tile6x16(
  _ depth: Int, _ a: UnsafePointer<Float>, _ rowStep: Int, _ depthStep: Int, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ accumulate: Bool
) {
  var (p0, p1, p2, p3, p4, p5) = (Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes())
  var (q0, q1, q2, q3, q4, q5) = (Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes())
  if accumulate {
    (p0, q0) = (c.lanes(0), c.lanes(8))
    (p1, q1) = (c.lanes(ldc), c.lanes(ldc + 8))
    (p2, q2) = (c.lanes(2 * ldc), c.lanes(2 * ldc + 8))
    (p3, q3) = (c.lanes(3 * ldc), c.lanes(3 * ldc + 8))
    (p4, q4) = (c.lanes(4 * ldc), c.lanes(4 * ldc + 8))
    (p5, q5) = (c.lanes(5 * ldc), c.lanes(5 * ldc + 8))
  }
  var (a, a3, b) = (a, a + 3 * rowStep, b)
  for _ in 0..<depth {
    let (low, high) = (b.lanes(0), b.lanes(8))
    var x = Lanes(repeating: a[0])
    (p0, q0) = (p0.addingProduct(x, low), q0.addingProduct(x, high))
    x = Lanes(repeating: a[rowStep])
    (p1, q1) = (p1.addingProduct(x, low), q1.addingProduct(x, high))
    x = Lanes(repeating: a[2 * rowStep])
    (p2, q2) = (p2.addingProduct(x, low), q2.addingProduct(x, high))
    x = Lanes(repeating: a3[0])
    (p3, q3) = (p3.addingProduct(x, low), q3.addingProduct(x, high))
    x = Lanes(repeating: a3[rowStep])
    (p4, q4) = (p4.addingProduct(x, low), q4.addingProduct(x, high))
    x = Lanes(repeating: a3[2 * rowStep])
    (p5, q5) = (p5.addingProduct(x, low), q5.addingProduct(x, high))
    a += depthStep
    a3 += depthStep
    b += 16
  }
  c.put(0, p0)
  c.put(8, q0)
  c.put(ldc, p1)
  c.put(ldc + 8, q1)
  c.put(2 * ldc, p2)
  c.put(2 * ldc + 8, q2)
  c.put(3 * ldc, p3)
  c.put(3 * ldc + 8, q3)
  c.put(4 * ldc, p4)
  c.put(4 * ldc + 8, q4)
  c.put(5 * ldc, p5)
  c.put(5 * ldc + 8, q5)
}

@inline(never)
private func tile4x16(
  _ depth: Int, _ a: UnsafePointer<Float>, _ rowStep: Int, _ depthStep: Int, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ accumulate: Bool
) {
  var (p0, p1, p2, p3) = (Lanes(), Lanes(), Lanes(), Lanes())
  var (q0, q1, q2, q3) = (Lanes(), Lanes(), Lanes(), Lanes())
  if accumulate {
    (p0, q0) = (c.lanes(0), c.lanes(8))
    (p1, q1) = (c.lanes(ldc), c.lanes(ldc + 8))
    (p2, q2) = (c.lanes(2 * ldc), c.lanes(2 * ldc + 8))
    (p3, q3) = (c.lanes(3 * ldc), c.lanes(3 * ldc + 8))
  }
  var (a, b) = (a, b)
  for _ in 0..<depth {
    let (low, high) = (b.lanes(0), b.lanes(8))
    var x = Lanes(repeating: a[0])
    (p0, q0) = (p0.addingProduct(x, low), q0.addingProduct(x, high))
    x = Lanes(repeating: a[rowStep])
    (p1, q1) = (p1.addingProduct(x, low), q1.addingProduct(x, high))
    x = Lanes(repeating: a[2 * rowStep])
    (p2, q2) = (p2.addingProduct(x, low), q2.addingProduct(x, high))
    x = Lanes(repeating: a[3 * rowStep])
    (p3, q3) = (p3.addingProduct(x, low), q3.addingProduct(x, high))
    a += depthStep
    b += 16
  }
  c.put(0, p0)
  c.put(8, q0)
  c.put(ldc, p1)
  c.put(ldc + 8, q1)
  c.put(2 * ldc, p2)
  c.put(2 * ldc + 8, q2)
  c.put(3 * ldc, p3)
  c.put(3 * ldc + 8, q3)
}

@inline(never)
private func tile6x8(
  _ depth: Int, _ a: UnsafePointer<Float>, _ rowStep: Int, _ depthStep: Int, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ accumulate: Bool
) {
  var (p0, p1, p2, p3, p4, p5) = (Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes())
  if accumulate {
    (p0, p1, p2) = (c.lanes(0), c.lanes(ldc), c.lanes(2 * ldc))
    (p3, p4, p5) = (c.lanes(3 * ldc), c.lanes(4 * ldc), c.lanes(5 * ldc))
  }
  var (a, a3, b) = (a, a + 3 * rowStep, b)
  for _ in 0..<depth {
    let low = b.lanes(0)
    p0 = p0.addingProduct(Lanes(repeating: a[0]), low)
    p1 = p1.addingProduct(Lanes(repeating: a[rowStep]), low)
    p2 = p2.addingProduct(Lanes(repeating: a[2 * rowStep]), low)
    p3 = p3.addingProduct(Lanes(repeating: a3[0]), low)
    p4 = p4.addingProduct(Lanes(repeating: a3[rowStep]), low)
    p5 = p5.addingProduct(Lanes(repeating: a3[2 * rowStep]), low)
    a += depthStep
    a3 += depthStep
    b += 16
  }
  c.put(0, p0)
  c.put(ldc, p1)
  c.put(2 * ldc, p2)
  c.put(3 * ldc, p3)
  c.put(4 * ldc, p4)
  c.put(5 * ldc, p5)
}

private func tile1x16(
  _ depth: Int, _ a: UnsafePointer<Float>, _ depthStep: Int, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ accumulate: Bool
) {
  var (p, q) = accumulate ? (c.lanes(0), c.lanes(8)) : (Lanes(), Lanes())
  var (a, b) = (a, b)
  for _ in 0..<depth {
    let x = Lanes(repeating: a[0])
    (p, q) = (p.addingProduct(x, b.lanes(0)), q.addingProduct(x, b.lanes(8)))
    a += depthStep
    b += 16
  }
  c.put(0, p)
  c.put(8, q)
}

private func tile1x8(
  _ depth: Int, _ a: UnsafePointer<Float>, _ depthStep: Int, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ accumulate: Bool
) {
  var p = accumulate ? c.lanes(0) : Lanes()
  var (a, b) = (a, b)
  for _ in 0..<depth {
    p = p.addingProduct(Lanes(repeating: a[0]), b.lanes(0))
    a += depthStep
    b += 16
  }
  c.put(0, p)
}

/// Writes a `depth` x `columns` matrix, element (k, j) at `source[k * depthStep + j * columnStep]`, in `GemmPanels`.
public func packPanels(
  depth: Int, columns: Int, _ source: UnsafePointer<Float>, depthStep: Int, columnStep: Int,
  into panels: UnsafeMutablePointer<Float>
) {
  for first in stride(from: 0, to: columns, by: 16) {
    let used = min(16, columns - first)
    for k in 0..<depth {
      let out = panels + first * depth + k * 16
      let from = source + k * depthStep + first * columnStep
      if columnStep == 1, used == 16 {
        out.put(0, from.lanes(0))
        out.put(8, from.lanes(8))
        continue
      }
      for j in 0..<16 { out[j] = j < used ? from[j * columnStep] : 0 }
    }
  }
}
