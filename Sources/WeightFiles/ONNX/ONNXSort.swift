extension ONNXGraph {
  /// The places of the nodes that the outputs need, each after those that it reads; in the file's order where that is
  /// one.
  func order() throws(WeightProblem) -> [Int] {
    var makers: [String: Int] = [:]
    for node in nodes { for output in node.outputs where !output.isEmpty { makers[output] = node.index } }
    var (order, state) = ([Int](), [Visit](repeating: .unseen, count: nodes.count))
    for root in outputs.compactMap({ makers[$0] }).sorted() {
      var open = [root]
      while let index = open.last {
        if state[index] == .unseen {
          state[index] = .open
          for maker in nodes[index].inputs.reversed().compactMap({ makers[$0] }) where state[maker] != .done {
            guard state[maker] == .unseen else { throw nodes[maker].malformed("reads what it makes itself") }
            open.append(maker)
          }
        } else {
          open.removeLast()
          if state[index] == .open { order.append(index) }
          state[index] = .done
        }
      }
    }
    let listed = order.sorted()
    let isSorted = listed.allSatisfy { index in nodes[index].inputs.allSatisfy { (makers[$0] ?? -1) < index } }
    return isSorted ? listed : order
  }

  private enum Visit { case unseen, open, done }
}
