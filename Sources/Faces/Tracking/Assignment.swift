/// Pairs rows and columns of a table of costs so that the sum is least: the Hungarian method
/// (Kuhn, 1955; with potentials and shortest paths, O(rows² x columns)). Small tables take no memory of the heap but for the answer.
enum Assignment {
  /// The column of each row; nil for rows that are better left alone: leaving one costs `limit`.
  static func columns(rows: Int, columns: Int, limit: Double, cost: (_ row: Int, _ column: Int) -> Double) -> [Int?] {
    guard rows > 0 else { return [] }
    return Solver.with(rows: rows, width: columns + rows) { solver in
      for row in 0..<rows {
        for column in 0..<columns { solver[row, column] = min(cost(row, column), limit * 4) }
        // A column of its own for each row stands for leaving it alone.
        for other in 0..<rows { solver[row, columns + other] = other == row ? limit : limit * 4 }
      }
      for row in 0..<rows { solver.add(row) }
      return (0..<rows).map { row in
        let column = solver.column(of: row)
        return column < columns && solver[row, column] < limit ? column : nil
      }
    }
  }

  /// The method on a table with at least as many columns as rows, in memory that is lent to it.
  private struct Solver {
    private let width: Int
    private let costs: UnsafeMutablePointer<Double>
    private let rowPotential: UnsafeMutablePointer<Double>
    private let columnPotential: UnsafeMutablePointer<Double>
    private let distance: UnsafeMutablePointer<Double>
    /// The row of each column; -1 for none.
    private let rowOf: UnsafeMutablePointer<Int>
    /// The column before each on the shortest way to it; -1 for none.
    private let before: UnsafeMutablePointer<Int>
    /// 1 where the shortest way to a column is known.
    private let isDone: UnsafeMutablePointer<Int>

    static func with<Result>(rows: Int, width: Int, _ body: (Solver) -> Result) -> Result {
      withUnsafeTemporaryAllocation(of: Double.self, capacity: rows * width + rows + 2 * width) { numbers in
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * width) { places in
          body(Solver(rows: rows, width: width, numbers.baseAddress!, places.baseAddress!))
        }
      }
    }

    private init(
      rows: Int, width: Int, _ numbers: UnsafeMutablePointer<Double>, _ places: UnsafeMutablePointer<Int>
    ) {
      self.width = width
      costs = numbers
      rowPotential = costs + rows * width
      columnPotential = rowPotential + rows
      distance = columnPotential + width
      (rowOf, before, isDone) = (places, places + width, places + 2 * width)
      rowPotential.initialize(repeating: 0, count: rows + width)
      rowOf.initialize(repeating: -1, count: width)
    }

    subscript(row: Int, column: Int) -> Double {
      get { costs[row * width + column] }
      nonmutating set { costs[row * width + column] = newValue }
    }

    /// The column of a row that was added.
    func column(of row: Int) -> Int { (0..<width).first { rowOf[$0] == row }! }

    /// Takes a row in along the shortest path of re-pairings.
    func add(_ row: Int) {
      distance.initialize(repeating: .infinity, count: width)
      before.initialize(repeating: -1, count: width)
      isDone.initialize(repeating: 0, count: width)
      var (current, column) = (row, -1)
      repeat {
        if column >= 0 { isDone[column] = 1 }
        let next = relax(from: current, via: column)
        shift(by: distance[next], row)
        column = next
        current = rowOf[next]
      } while current >= 0
      while column >= 0 {
        rowOf[column] = before[column] < 0 ? row : rowOf[before[column]]
        column = before[column]
      }
    }

    /// Shortens distances through `row`; the nearest column that is not done.
    private func relax(from row: Int, via column: Int) -> Int {
      var nearest = -1
      for j in 0..<width where isDone[j] == 0 {
        let reduced = self[row, j] - rowPotential[row] - columnPotential[j]
        if reduced < distance[j] { (distance[j], before[j]) = (reduced, column) }
        if nearest < 0 || distance[j] < distance[nearest] { nearest = j }
      }
      return nearest
    }

    /// Moves the potentials so that the way found costs nothing more.
    private func shift(by delta: Double, _ row: Int) {
      rowPotential[row] += delta
      for j in 0..<width {
        if isDone[j] == 1 {
          rowPotential[rowOf[j]] += delta
          columnPotential[j] -= delta
        } else {
          distance[j] -= delta
        }
      }
    }
  }
}
