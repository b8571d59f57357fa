import Core

/// Finds what is to be said of each frame. Used from one thread, frames in order.
public protocol FrameAnalyser: AnyObject {
  /// The faces in `frame` and their expressions.
  func analyse(_ frame: any Frame) throws -> FrameResult
}

/// How a run ended.
public struct PipelineOutcome: Sendable {
  /// Figures of each stage, in order.
  public var stages: [StageReport]
  /// Frames that reached the sink.
  public var frames: Int
  /// Whether it was cancelled before the source's end.
  public var cancelled: Bool
}

/// Runs source, analyser and sink on a thread each, joined by bounded queues: `decode | analyse | write`.
///
/// What the sink sees depends on source and analyser alone, never on timing, under `lossless`. An error in any stage
/// stops the others; the first in the frame's way is thrown. The sink's `finish` is left to the caller.
public struct Pipeline {
  /// What a full queue does.
  public var policy: QueuePolicy
  /// Frames that may wait between two stages.
  public var depth: Int
  /// Measures the stages.
  public var clock: any Clock
  /// Looked at before each frame is read.
  public var cancellation: Cancellation

  /// A pipeline; nothing runs yet.
  public init(
    policy: QueuePolicy = .lossless, depth: Int = 2, clock: any Clock = SystemClock(),
    cancellation: Cancellation = Cancellation()
  ) {
    self.policy = policy
    self.depth = depth
    self.clock = clock
    self.cancellation = cancellation
  }

  /// Runs to the end of `source`, or until cancelled.
  public func run(
    from source: any FrameSource, through analyser: any FrameAnalyser, into sink: any FrameSink
  ) throws -> PipelineOutcome {
    let frames = BoundedQueue<any Frame>(capacity: depth, policy: policy)
    let results = BoundedQueue<Analysed>(capacity: depth)
    let reading = StageThread { [self] in try read(source, into: frames) }
    let analysing = StageThread { [self] in try analyse(frames, with: analyser, into: results) }
    let written = Result { try write(results, into: sink) }
    let analysed = analysing.join()
    let decoded = reading.join()
    return try outcome(
      read: decoded.get(), analysed: analysed.get(), written: written.get(), dropped: frames.figures.dropped)
  }

  private func outcome(
    read: (meter: StageMeter, cancelled: Bool), analysed: StageMeter, written: StageMeter, dropped: Int
  ) -> PipelineOutcome {
    let stages = [
      read.meter.report("decode"), analysed.report("analyse", dropped: dropped), written.report("write"),
    ]
    return PipelineOutcome(stages: stages, frames: written.count, cancelled: read.cancelled)
  }
}

/// A frame with what was found in it.
private struct Analysed: Sendable {
  var frame: any Frame
  var result: FrameResult
}

/// The three stages. Each closes the queue behind it and abandons the one before it, however it ends.
extension Pipeline {
  private func read(
    _ source: any FrameSource, into queue: BoundedQueue<any Frame>
  ) throws -> (meter: StageMeter, cancelled: Bool) {
    defer { queue.close() }
    var meter = StageMeter()
    while !cancellation.isCancelled {
      let begin = clock.now()
      guard let frame = try source.next() else { return (meter, false) }
      meter.add(seconds: clock.now() - begin)
      guard queue.push(frame) else { return (meter, false) }
    }
    return (meter, true)
  }

  private func analyse(
    _ queue: BoundedQueue<any Frame>, with analyser: any FrameAnalyser, into results: BoundedQueue<Analysed>
  ) throws -> StageMeter {
    defer {
      queue.abandon()
      results.close()
    }
    return try drain(queue) { frame in
      let result = try analyser.analyse(frame)
      return { results.push(Analysed(frame: frame, result: result)) }
    }
  }

  private func write(_ queue: BoundedQueue<Analysed>, into sink: any FrameSink) throws -> StageMeter {
    defer { queue.abandon() }
    return try drain(queue) { item in
      try sink.consume(item.frame, item.result)
      return { true }
    }
  }

  /// Works on all that comes; times `work`, not the hand-over that it returns.
  private func drain<Element>(
    _ queue: BoundedQueue<Element>, _ work: (Element) throws -> () -> Bool
  ) throws -> StageMeter {
    var meter = StageMeter()
    while let element = queue.pop() {
      let depth = queue.figures.depth
      let begin = clock.now()
      let handOver = try work(element)
      meter.add(seconds: clock.now() - begin, depth: depth)
      guard handOver() else { break }
    }
    return meter
  }
}
