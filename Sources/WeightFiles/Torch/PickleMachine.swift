/// Runs the stack machine of Python's pickle (`pickletools`, protocols 0 to 5), but knows only tensors and containers:
/// no import, no call, no attribute. Memory is bounded by the limits below and by the length of the pickle.
struct PickleMachine {
  /// Most operations of one pickle.
  static let mostOperations = 4_000_000
  /// Most values on the stack, in the memo or in the heap's containers together.
  static let mostValues = 1_000_000

  var reader: ByteReader
  var stack: [PickleValue] = []
  var marks: [Int] = []
  var memo: [Int: PickleValue] = [:]
  var heap: [PickleContainer] = []
  private var cells = 0
  private var isStopped = false

  /// Runs the pickle at the reader's place to its end; `reader` then stands behind it.
  static func run(_ reader: inout ByteReader) throws(WeightProblem) -> Pickle {
    var machine = PickleMachine(reader: reader)
    try machine.runAll()
    reader = machine.reader
    let pickle = Pickle(root: try machine.pop(), heap: machine.heap)
    try pickle.checkNoCycle()
    return pickle
  }

  private init(reader: ByteReader) { self.reader = reader }

  private mutating func runAll() throws(WeightProblem) {
    var operations = 0
    while !isStopped {
      operations += 1
      try bound(operations, "pickle operations", PickleMachine.mostOperations)
      let code = try reader.integer(UInt8.self)
      guard let operation = pickleOperations[code] else {
        throw .unsupported(kind: "pickle operation", name: "0x" + String(code, radix: 16))
      }
      try operation(&self)
      try bound(max(stack.count, marks.count, memo.count, heap.count, cells), "pickle values", PickleMachine.mostValues)
    }
  }

  private func bound(_ value: Int, _ resource: String, _ limit: Int) throws(WeightProblem) {
    guard value <= limit else { throw .bomb(resource: resource, limit: limit) }
  }

  mutating func stop() { isStopped = true }

  /// Counts what containers hold: what is shared in the pickle is not shared in all that is built of it.
  mutating func spend(_ values: Int) throws(WeightProblem) {
    cells += values
    try bound(cells, "pickle values", PickleMachine.mostValues)
  }
}

extension PickleMachine {
  /// The error of a pickle that breaks the machine's rules.
  func malformed(_ detail: String) -> WeightProblem { .malformed(part: reader.part, detail: detail) }

  mutating func push(_ value: PickleValue) { stack.append(value) }

  mutating func pop() throws(WeightProblem) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw malformed("stack is empty") }
    return value
  }

  func top() throws(WeightProblem) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw malformed("stack is empty") }
    return value
  }

  mutating func popText() throws(WeightProblem) -> String {
    guard case .text(let text) = try pop() else { throw malformed("a name is not text") }
    return text
  }

  /// Everything above the last mark.
  mutating func popMarked() throws(WeightProblem) -> [PickleValue] {
    guard let mark = marks.popLast(), mark <= stack.count else { throw malformed("no mark") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  mutating func pushContainer(_ container: PickleContainer) throws(WeightProblem) {
    switch container {
    case .list(let items), .tuple(let items): try spend(items.count)
    case .dictionary(let pairs): try spend(pairs.count)
    }
    heap.append(container)
    push(.container(heap.count - 1))
  }

  mutating func pushTuple(of count: Int) throws(WeightProblem) {
    guard stack.count - (marks.last ?? 0) >= count else { throw malformed("stack is empty") }
    let items = Array(stack.suffix(count))
    stack.removeLast(count)
    try pushContainer(.tuple(items))
  }

  mutating func remember(_ place: Int) throws(WeightProblem) { memo[place] = try top() }

  mutating func recall(_ place: Int) throws(WeightProblem) {
    guard let value = memo[place] else { throw malformed("memo has no entry \(place)") }
    push(value)
  }

  /// Appends `items` to the list on top of the stack.
  mutating func append(_ items: [PickleValue]) throws(WeightProblem) {
    guard case .container(let place) = try top(), case .list(var list) = heap[place] else {
      throw malformed("append to something that is no list")
    }
    try spend(items.count)
    heap[place] = .list([])
    list += items
    heap[place] = .list(list)
  }

  /// Adds keys and values, in turn, to the dictionary on top of the stack.
  mutating func setItems(_ items: [PickleValue]) throws(WeightProblem) {
    guard case .container(let place) = try top(), case .dictionary(var pairs) = heap[place], items.count % 2 == 0 else {
      throw malformed("set items of something that is no dictionary")
    }
    try spend(items.count)
    heap[place] = .dictionary([])
    for index in stride(from: 0, to: items.count, by: 2) { pairs.append((items[index], items[index + 1])) }
    heap[place] = .dictionary(pairs)
  }
}
