/// A matrix of `depth` rows and `columns` columns packed for `Tile`: panels of sixteen columns, each with its rows one
/// after the other; a last panel of up to eight columns is eight wide. Missing columns are zero.
public struct Panels: Sendable {
  /// Columns.
  public let columns: Int
  /// Rows.
  public let depth: Int

  /// A matrix of the given extent.
  public init(columns: Int, depth: Int) {
    self.columns = columns
    self.depth = depth
  }

  /// Panels.
  public var count: Int { (columns + 15) / 16 }
  /// Columns of the matrix in memory.
  public var paddedColumns: Int { (columns + 7) / 8 * 8 }
  /// Floats of the packed matrix.
  public var floats: Int { paddedColumns * depth }

  /// First float of panel `index`.
  @inline(__always)
  public func offset(_ index: Int) -> Int { index * 16 * depth }
  /// Vectors side by side in panel `index`.
  @inline(__always)
  public func vectors(_ index: Int) -> Int { min(2, (paddedColumns - index * 16) / 8) }

  /// Packs the matrix whose element (row, column) is `element(row, column)`.
  public func pack(into target: UnsafeMutablePointer<Float>, _ element: (_ row: Int, _ column: Int) -> Float) {
    for index in 0..<count {
      let width = vectors(index) * 8
      for row in 0..<depth {
        for lane in 0..<width {
          let column = index * 16 + lane
          target[offset(index) + row * width + lane] = column < columns ? element(row, column) : 0
        }
      }
    }
  }
}
