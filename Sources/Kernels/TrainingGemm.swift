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
    let (panel, target, left) = (b + column * depth, c + column, min(columns - column, GemmPanels.width))
    if left == 8 || left == GemmPanels.width {
      trainingLoops.multiplyPanel(
        rows: rows, columns: left, depth: depth, a, panel, target, ldc: ldc, accumulate: accumulate)
    } else {
      ragged(rows, left, depth, a, panel, target, ldc, accumulate)
    }
  }
}

/// The loops that training runs with.
let trainingLoops = InstructionSet.chosen.loops

/// A number of columns that fills no register: whole rows of a panel, of which `columns` are stored.
private func ragged(
  _ rows: Int, _ columns: Int, _ depth: Int, _ a: Factor, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ accumulate: Bool
) {
  let width = GemmPanels.width
  withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * width) { whole in
    let aside = whole.baseAddress!
    aside.update(repeating: 0, count: rows * width)
    if accumulate {
      for row in 0..<rows { (aside + row * width).update(from: c + row * ldc, count: columns) }
    }
    trainingLoops.multiplyPanel(rows: rows, columns: width, depth: depth, a, b, aside, ldc: width, accumulate: true)
    for row in 0..<rows { (c + row * ldc).update(from: aside + row * width, count: columns) }
  }
}
