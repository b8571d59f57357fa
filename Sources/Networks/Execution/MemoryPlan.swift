/// Where each value lives in one arena: values that are never alive together share memory.
struct MemoryPlan {
  /// First float of each value by node.
  private(set) var offsets: [Int: Int] = [:]
  /// Floats of the arena.
  private(set) var size = 0

  /// A value with the first and the last step during which it must hold.
  struct Lifetime {
    var node: Int
    var floats: Int
    var steps: ClosedRange<Int>
  }

  /// Largest first, each at the lowest place that is free during its life.
  init(_ lifetimes: [Lifetime]) {
    var placed: [(life: Lifetime, place: Range<Int>)] = []
    for life in lifetimes.sorted(by: { ($1.floats, $0.node) < ($0.floats, $1.node) }) {
      let taken = placed.filter { $0.life.steps.overlaps(life.steps) }.map(\.place)
      let place = Self.lowestGap(life.floats.roundedUp(to: 16), among: taken)
      placed.append((life, place))
      offsets[life.node] = place.lowerBound
      size = max(size, place.upperBound)
    }
  }

  private static func lowestGap(_ floats: Int, among taken: [Range<Int>]) -> Range<Int> {
    var start = 0
    for range in taken.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if start + floats <= range.lowerBound { break }
      start = max(start, range.upperBound)
    }
    return start..<start + floats
  }
}

extension Int {
  func roundedUp(to multiple: Int) -> Int { (self + multiple - 1) / multiple * multiple }
}
