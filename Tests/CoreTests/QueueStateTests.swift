import Testing

@testable import Core

@Suite struct QueueStateTests {
  @Test func losslessWaitsWhenFull() {
    var state = QueueState<Int>(capacity: 2, policy: .lossless)
    for element in [1, 2] { guard case .stored = state.push(element) else { Issue.record("not stored"); return } }
    guard case .wait = state.push(3) else { Issue.record("a full queue took more"); return }
    guard case .element(1) = state.pop() else { Issue.record("not in order"); return }
    guard case .stored = state.push(3) else { Issue.record("no room after a pop"); return }
    #expect(state.count == 2 && state.dropped == 0)
  }

  @Test func liveDropsTheOldestAndCounts() {
    var state = QueueState<Int>(capacity: 1, policy: .live)
    _ = state.push(1)
    guard case .replaced(1) = state.push(2) else { Issue.record("the oldest stayed"); return }
    guard case .element(2) = state.pop() else { Issue.record("the newest is gone"); return }
    #expect(state.dropped == 1)
  }

  @Test func closingDrainsAndAbandoningRefuses() {
    var state = QueueState<Int>(capacity: 2, policy: .lossless)
    _ = state.push(1)
    state.close()
    guard case .element(1) = state.pop(), case .ended = state.pop() else { Issue.record("not drained"); return }
    var other = QueueState<Int>(capacity: 2, policy: .lossless)
    _ = other.push(1)
    #expect(other.abandon() == [1])
    guard case .refused = other.push(2) else { Issue.record("took more after all"); return }
  }

  /// Against an array that does the same, with seeded random steps.
  @Test func agreesWithAnArray() {
    var seed: UInt64 = 7
    var state = QueueState<Int>(capacity: 3, policy: .live)
    var model: [Int] = []
    for step in 0..<2000 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1
      if seed >> 63 == 0 {
        _ = state.push(step)
        model = Array((model + [step]).suffix(3))
      } else if case .element(let element) = state.pop() {
        #expect(element == model.removeFirst())
      } else {
        #expect(model.isEmpty)
      }
      #expect(state.count == model.count)
    }
  }
}
