import Core

/// Results of several inputs that are worked on at once, handed on in the inputs' order: those of later ones wait.
/// From any thread.
final class OrderedResults: Sendable {
  private struct State {
    /// The input whose results are handed on as they come.
    var current = 0
    var waiting: [Int: [(result: FrameResult, hasRow: Bool)]] = [:]
    var ended: Set<Int> = []
    var count = 0
  }

  /// Frames that may wait: a few hundred megabytes.
  private static let most = 500_000

  private let state = Locked(State())
  private let cancellation: Cancellation
  /// Called with the lock held.
  private let take: Taker

  /// A closure that is used under a lock.
  private struct Taker: @unchecked Sendable { let run: (FrameResult, Bool) throws -> Void }

  /// - Parameter take: gets all results in order.
  init(_ cancellation: Cancellation, take: @escaping (FrameResult, Bool) throws -> Void) {
    (self.cancellation, self.take) = (cancellation, Taker(run: take))
  }

  /// Takes the next frame of input `index`. Waits where too many wait already.
  func add(_ result: FrameResult, hasRow: Bool, of index: Int) throws {
    while try !isTaken(result, hasRow, index), !cancellation.isCancelled {
      let clock = SystemClock()
      clock.sleep(until: clock.now() + 0.02)
    }
  }

  private func isTaken(_ result: FrameResult, _ hasRow: Bool, _ index: Int) throws -> Bool {
    try state.withLock { state in
      if index == state.current {
        try take.run(result, hasRow)
        return true
      }
      guard state.count < Self.most else { return false }
      state.waiting[index, default: []].append((result, hasRow))
      state.count += 1
      return true
    }
  }

  /// Nothing follows of input `index`, done or failed.
  func end(_ index: Int) throws {
    try state.withLock { state in
      state.ended.insert(index)
      while state.ended.contains(state.current) {
        state.current += 1
        let next = state.waiting.removeValue(forKey: state.current) ?? []
        state.count -= next.count
        for (result, hasRow) in next { try take.run(result, hasRow) }
      }
    }
  }
}
