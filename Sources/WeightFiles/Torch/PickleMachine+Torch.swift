// What the callables of a pickle of weights build.

extension PickleMachine {
  /// PyTorch's own limit.
  private static let mostDimensions = 64

  /// REDUCE: a callable and the tuple of its arguments become what the callable stands for.
  mutating func reduce() throws(WeightProblem) {
    let arguments = try tuple(pop())
    guard case .global(let global) = try pop() else { throw malformed("a call of something that cannot be called") }
    switch global {
    case .orderedDict: try pushOrderedDict(arguments)
    case .rebuildTensor: push(.tensor(try tensor(arguments)))
    case .rebuildParameter:
      guard case .tensor(let tensor)? = arguments.first else { throw malformed("a parameter without a tensor") }
      push(.tensor(tensor))
    case .size: try pushContainer(.tuple(arguments.first.map(tuple) ?? []))
    case .ignored: push(.opaque)
    case .storage: throw malformed("a storage is called")
    }
  }

  /// BUILD: the attributes of a dictionary (`_metadata` of a `state_dict`) or of something opaque are dropped.
  mutating func build() throws(WeightProblem) {
    _ = try pop()
    switch try top() {
    case .opaque: return
    case .container(let place): if case .dictionary = heap[place] { return }
    default: break
    }
    throw malformed("attributes of something that has none")
  }

  /// BINPERSID: `("storage", type, key, device, count)`; legacy files add a view, `(key, offset, count)`.
  mutating func pushStorage() throws(WeightProblem) {
    let items = try tuple(pop())
    guard items.count >= 5, case .text("storage") = items[0], case .global(.storage(let type)) = items[1],
      case .text(let key) = items[2], case .integer(let count) = items[4], count >= 0
    else { throw malformed("a persistent identifier that is no storage") }
    var storage = TorchStorage(key: key, type: type, count: count)
    if items.count > 5, case .container = items[5] { storage.offset = try viewOffset(tuple(items[5])) }
    push(.storage(storage))
  }

  private func viewOffset(_ view: [PickleValue]) throws(WeightProblem) -> Int {
    guard view.count == 3, case .integer(let offset) = view[1], offset >= 0 else {
      throw malformed("a view of a storage without an offset")
    }
    return offset
  }

  /// `(storage, offset, shape, strides, …)`.
  private func tensor(_ arguments: [PickleValue]) throws(WeightProblem) -> TorchTensor {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1]
    else { throw malformed("a tensor without storage and offset") }
    return TorchTensor(
      storage: storage, offset: offset, shape: try integers(arguments[2]), strides: try integers(arguments[3]))
  }

  private mutating func pushOrderedDict(_ arguments: [PickleValue]) throws(WeightProblem) {
    try pushContainer(.dictionary([]))
    guard let list = arguments.first else { return }
    for pair in try items(list) { try setItems(items(pair)) }
  }

  private func tuple(_ value: PickleValue) throws(WeightProblem) -> [PickleValue] {
    guard case .container(let place) = value, case .tuple(let items) = heap[place] else {
      throw malformed("arguments that are no tuple")
    }
    return items
  }

  private func items(_ value: PickleValue) throws(WeightProblem) -> [PickleValue] {
    if case .container(let place) = value {
      switch heap[place] {
      case .list(let items), .tuple(let items): return items
      case .dictionary: break
      }
    }
    throw malformed("a sequence is expected")
  }

  private func integers(_ value: PickleValue) throws(WeightProblem) -> [Int] {
    let items = try items(value)
    guard items.count <= PickleMachine.mostDimensions else { throw malformed("a tensor of \(items.count) dimensions") }
    var integers: [Int] = []
    for item in items {
      guard case .integer(let integer) = item else { throw malformed("a dimension that is no integer") }
      integers.append(integer)
    }
    return integers
  }
}
