/// What a pickle holds once it has run.
struct Pickle {
  /// The outermost value.
  var root: PickleValue
  /// All containers.
  var heap: [PickleContainer]

  /// The items of a list or tuple.
  func items(_ value: PickleValue) -> [PickleValue]? {
    guard case .container(let place) = value else { return nil }
    switch heap[place] {
    case .list(let items), .tuple(let items): return items
    case .dictionary: return nil
    }
  }

  /// The entries of a dictionary that have text for a key.
  func entries(_ value: PickleValue) -> [(key: String, value: PickleValue)]? {
    guard case .container(let place) = value, case .dictionary(let pairs) = heap[place] else { return nil }
    return pairs.compactMap { if case .text(let key) = $0.key { (key, $0.value) } else { nil } }
  }

  /// Refuses a container that holds itself, however far down. Linear in the number of values, without recursion.
  func checkNoCycle() throws(WeightProblem) {
    enum Colour { case white, grey, black }
    var colours = [Colour](repeating: .white, count: heap.count)
    for start in heap.indices where colours[start] == .white {
      var path = [(place: start, rest: children(start)[...])]
      colours[start] = .grey
      while let last = path.indices.last {
        guard let child = path[last].rest.popFirst() else {
          colours[path.removeLast().place] = .black
          continue
        }
        guard colours[child] != .grey else { throw .malformed(part: "pickle", detail: "a container that holds itself") }
        guard colours[child] == .white else { continue }
        colours[child] = .grey
        path.append((child, children(child)[...]))
      }
    }
  }

  private func children(_ place: Int) -> [Int] {
    let values =
      switch heap[place] {
      case .list(let items), .tuple(let items): items
      case .dictionary(let pairs): pairs.flatMap { [$0.key, $0.value] }
      }
    return values.compactMap { if case .container(let child) = $0 { child } else { nil } }
  }
}
