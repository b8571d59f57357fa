import Testing

@testable import Faces

struct AssignmentTests {
  /// Against all pairings of small tables, made by a linear congruential generator.
  @Test func leastSum() {
    var random = MadeNumbers(seed: 7)
    for _ in 0..<300 {
      let (rows, columns) = (random.integer(1...4), random.integer(1...4))
      let costs = (0..<rows).map { _ in (0..<columns).map { _ in random.unit() * 2 } }
      let found = Assignment.columns(rows: rows, columns: columns, limit: 1) { costs[$0][$1] }
      #expect(abs(sum(found, costs) - least(costs, 0, [])) < 1e-9)
      #expect(Set(found.compactMap { $0 }).count == found.compactMap { $0 }.count)
    }
  }

  private func sum(_ columns: [Int?], _ costs: [[Double]]) -> Double {
    zip(columns, costs).reduce(0) { sum, pair in sum + (pair.0.map { pair.1[$0] } ?? 1) }
  }

  private func least(_ costs: [[Double]], _ row: Int, _ taken: Set<Int>) -> Double {
    guard row < costs.count else { return 0 }
    let free = costs[row].indices.filter { !taken.contains($0) }
    let paired = free.map { costs[row][$0] + least(costs, row + 1, taken.union([$0])) }
    return min(1 + least(costs, row + 1, taken), paired.min() ?? .infinity)
  }
}
