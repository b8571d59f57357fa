import Core

/// Runs a sink on a thread of its own, so that a slow one never slows whoever hands frames over: then frames are dropped,
/// and counted. Used from one thread.
public final class DetachedSink: FrameSink {
  private struct Item: Sendable {
    var frame: any Frame
    var result: FrameResult
  }

  private let queue: BoundedQueue<Item>
  private var thread: StageThread<Void>?

  /// Starts the thread. `depth` frames may wait; the oldest goes where one comes too many. What `sink` is belongs to the
  /// thread until `finish` returns.
  public init(_ sink: any FrameSink, depth: Int = 4) {
    let queue = BoundedQueue<Item>(capacity: depth, policy: .live)
    self.queue = queue
    thread = StageThread {
      defer { queue.abandon() }
      while let item = queue.pop() { try sink.consume(item.frame, item.result) }
      try sink.finish()
    }
  }

  /// Frames thrown out until now.
  public var dropped: Int { queue.figures.dropped }

  /// Hands over a frame that nobody changes any more. Throws what the sink threw, once.
  public func consume(_ frame: any Frame, _ result: FrameResult) throws {
    guard !queue.push(Item(frame: frame, result: result)) else { return }
    try finish()
  }

  /// Waits until all is written.
  public func finish() throws {
    queue.close()
    defer { thread = nil }
    try thread?.join().get()
  }
}
