/// What a full queue does with one element more.
public enum QueuePolicy: String, Sendable, Codable {
  /// The producer waits: nothing is lost.
  case lossless
  /// The oldest element makes room: the newest wins.
  case live
}

/// What the consumer of a queue does next.
public enum QueueStep<Element> {
  /// Takes this.
  case element(Element)
  /// Empty: asks again when there is more.
  case wait
  /// Empty, and nothing follows.
  case ended
}

/// A bounded queue between two stages, as a pure state machine: it decides, `BoundedQueue` locks and waits.
struct QueueState<Element> {
  /// What the producer does next.
  enum Push {
    case stored
    /// Full: ask again when there is room.
    case wait
    /// Stored; this older element was thrown out.
    case replaced(Element)
    /// The consumer has gone: stop.
    case refused
  }

  let capacity: Int
  let policy: QueuePolicy
  private var slots: [Element?]
  private var head = 0
  private(set) var count = 0
  private(set) var closed = false
  private(set) var abandoned = false
  /// Elements thrown out under `live`.
  private(set) var dropped = 0

  init(capacity: Int, policy: QueuePolicy) {
    precondition(capacity > 0)
    self.capacity = capacity
    self.policy = policy
    slots = Array(repeating: nil, count: capacity)
  }

  mutating func push(_ element: Element) -> Push {
    if abandoned { return .refused }
    precondition(!closed, "push after close")
    guard count == capacity else {
      store(element)
      return .stored
    }
    guard policy == .live else { return .wait }
    let old = take()
    store(element)
    dropped += 1
    return .replaced(old)
  }

  mutating func pop() -> QueueStep<Element> {
    if count > 0 { return .element(take()) }
    return closed || abandoned ? .ended : .wait
  }

  /// The producer has nothing more.
  mutating func close() { closed = true }

  /// The consumer takes nothing more; returns what was waiting.
  mutating func abandon() -> [Element] {
    abandoned = true
    return (0..<count).map { _ in take() }
  }

  private mutating func store(_ element: Element) {
    slots[(head + count) % capacity] = element
    count += 1
  }

  private mutating func take() -> Element {
    defer {
      slots[head] = nil
      head = (head + 1) % capacity
      count -= 1
    }
    return slots[head]!
  }
}
