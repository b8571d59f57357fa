/// A matrix of `depth` rows and `columns` columns packed for register tiles: panels as wide as a tile, each with its rows one
/// after the other; a last panel is as narrow as its columns allow. Missing columns are zero.
public struct Panels: Sendable {
  /// Columns.
  public let columns: Int
  /// Rows.
  public let depth: Int
  /// Columns of a whole panel: two vectors.
  public let wholeWidth: Int

  /// A matrix of the given extent for the tiles of `loops`.
  init(columns: Int, depth: Int, _ loops: any InnerLoops.Type) {
    self.columns = columns
    self.depth = depth
    wholeWidth = 2 * loops.lanes
  }

  /// Panels.
  public var count: Int { (columns + wholeWidth - 1) / wholeWidth }
  /// Columns of the matrix in memory.
  public var paddedColumns: Int { columns == 0 ? 0 : (count - 1) * wholeWidth + width(count - 1) }
  /// Floats of the packed matrix.
  public var floats: Int { paddedColumns * depth }

  /// First float of panel `index`.
  @inline(__always)
  public func offset(_ index: Int) -> Int { index * wholeWidth * depth }

  /// Columns of panel `index` side by side in memory: eight, a vector or two.
  @inline(__always)
  public func width(_ index: Int) -> Int {
    let left = columns - index * wholeWidth
    return left > wholeWidth / 2 ? wholeWidth : left > 8 ? wholeWidth / 2 : 8
  }

  /// Columns of panel `index` that exist.
  @inline(__always)
  public func used(_ index: Int) -> Int { min(wholeWidth, columns - index * wholeWidth) }

  /// Packs the matrix whose element (row, column) is `element(row, column)`.
  public func pack(into target: UnsafeMutablePointer<Float>, _ element: (_ row: Int, _ column: Int) -> Float) {
    for index in 0..<count {
      let width = width(index)
      for row in 0..<depth {
        for lane in 0..<width {
          let column = index * wholeWidth + lane
          target[offset(index) + row * width + lane] = column < columns ? element(row, column) : 0
        }
      }
    }
  }
}
