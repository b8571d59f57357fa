/// Pairs rows and columns of a table of costs so that the sum is least: the Hungarian method
/// (Kuhn, 1955; with potentials and shortest paths, O(rows² x columns)).
enum Assignment {
  /// The column of each row; nil for rows that are better left alone: leaving one costs `limit`.
  static func columns(_ costs: [[Double]], limit: Double) -> [Int?] {
    guard let width = costs.first?.count else { return [] }
    // A column of its own for each row stands for leaving it alone.
    let padded = costs.enumerated().map { row, line in
      line.map { min($0, limit * 4) } + costs.indices.map { $0 == row ? limit : limit * 4 }
    }
    return solve(padded).enumerated().map { row, column in
      column < width && costs[row][column] < limit ? column : nil
    }
  }

  /// The column of each row; there are at least as many columns as rows.
  private static func solve(_ costs: [[Double]]) -> [Int] {
    var solver = Solver(costs)
    for row in costs.indices { solver.add(row) }
    var columns = [Int](repeating: 0, count: costs.count)
    for (column, row) in solver.rowOf.enumerated() where row >= 0 { columns[row] = column }
    return columns
  }

  private struct Solver {
    let costs: [[Double]]
    var rowOf: [Int]
    private var rowPotential: [Double]
    private var columnPotential: [Double]

    init(_ costs: [[Double]]) {
      self.costs = costs
      let width = costs.first?.count ?? 0
      rowOf = Array(repeating: -1, count: width)
      rowPotential = Array(repeating: 0, count: costs.count)
      columnPotential = Array(repeating: 0, count: width)
    }

    /// Takes a row in along the shortest path of re-pairings.
    mutating func add(_ row: Int) {
      var distance = [Double](repeating: .infinity, count: rowOf.count)
      var before = [Int](repeating: -1, count: rowOf.count)
      var isDone = [Bool](repeating: false, count: rowOf.count)
      var (current, column) = (row, -1)
      repeat {
        if column >= 0 { isDone[column] = true }
        let next = relax(from: current, via: column, &distance, &before, isDone)
        shift(by: distance[next], row, &distance, isDone)
        column = next
        current = rowOf[next]
      } while current >= 0
      while column >= 0 {
        rowOf[column] = before[column] < 0 ? row : rowOf[before[column]]
        column = before[column]
      }
    }

    /// Shortens distances through `row`; the nearest column that is not done.
    private func relax(
      from row: Int, via column: Int, _ distance: inout [Double], _ before: inout [Int], _ isDone: [Bool]
    ) -> Int {
      var nearest = -1
      for j in rowOf.indices where !isDone[j] {
        let reduced = costs[row][j] - rowPotential[row] - columnPotential[j]
        if reduced < distance[j] { (distance[j], before[j]) = (reduced, column) }
        if nearest < 0 || distance[j] < distance[nearest] { nearest = j }
      }
      return nearest
    }

    /// Moves the potentials so that the way found costs nothing more.
    private mutating func shift(by delta: Double, _ row: Int, _ distance: inout [Double], _ isDone: [Bool]) {
      rowPotential[row] += delta
      for j in rowOf.indices {
        if isDone[j] {
          rowPotential[rowOf[j]] += delta
          columnPotential[j] -= delta
        } else {
          distance[j] -= delta
        }
      }
    }
  }
}
