import Core
import Synchronization

/// Where frames go, on the thread that runs the pipeline (windows want the main one).
public protocol LiveViewer: AnyObject {
  /// Shows one frame, which is its own from now on. In order; some may be missing.
  func show(_ frame: any Frame, _ result: FrameResult) throws
  /// Called many times a second, whether frames come or not. False ends the run.
  func attend() throws -> Bool
}

/// Runs a source, its analysis and a viewer, each at its own pace; once.
///
/// Under `live` the frame never waits for a network: it is shown when it comes, with the newest results, boxes carried
/// on by their tracks' motion; detection and recognition take the newest frame whenever they are free. Under `lossless`
/// the same stages take every frame, and each is shown with its own results.
///
///     capture ─┬─> frames ───────────────────────────> viewer
///              └─> snapshots ─> detect ─> faces ─> recognise ─> board
public final class LivePipeline: Sendable {
  /// What full queues do.
  public let policy: QueuePolicy
  /// Ends the run.
  public let cancellation: Cancellation
  private let clock: any Clock
  private let finder: OneThread<DetectionStage>
  private let reader: RecognitionStage
  private let rule: ExpressionRule
  /// Seconds from one look at a frame to the next, at least.
  private let interval: Double
  private let board: Locked<LatestResults>
  private let meters = Locked(LiveMeters())

  private let hasRun = Atomic<Bool>(false)
  private let capturedFrames: BoundedQueue<CapturedFrame>
  private let snapshots: BoundedQueue<LumaSnapshot>
  private let faces: BoundedQueue<Found>
  private let answers: BoundedQueue<FrameResult>

  /// Seconds between two looks at what people want.
  private static let attention = 0.01

  /// A pipeline for one source; nothing runs yet.
  /// - Parameter mostInferences: so many a second, where frames may be passed over; nil: as many as there is time for.
  public init(
    policy: QueuePolicy = .live, finder: DetectionStage, reader: RecognitionStage,
    rule: ExpressionRule = ExpressionRule(), mostInferences: Double? = nil,
    clock: any Clock = SystemClock(), cancellation: Cancellation = Cancellation()
  ) {
    (self.policy, self.reader, self.rule) = (policy, reader, rule)
    (self.clock, self.cancellation) = (clock, cancellation)
    interval = policy == .live ? mostInferences.map { 1 / $0 } ?? 0 : 0
    self.finder = OneThread(finder)
    board = Locked(LatestResults(labels: reader.labels, rule: rule))
    capturedFrames = BoundedQueue(capacity: policy == .live ? 2 : 4, policy: policy)
    snapshots = BoundedQueue(capacity: policy == .live ? 1 : 2, policy: policy)
    faces = BoundedQueue(capacity: policy == .live ? 1 : 2, policy: policy)
    answers = BoundedQueue(capacity: 2)
  }

  /// Figures until now; from any thread.
  public var report: LiveReport { meters.withLock { $0.report } }
  /// Frames shown a second, lately; from any thread.
  public var recentRate: Double { meters.withLock { $0.recentRate } }

  /// Runs to the end of `source`, until cancelled, or until the viewer has enough. An error in any stage stops the others
  /// and is thrown. A pipeline runs once: its queues end with the run, and faces' tracks are of one source.
  public func run(from source: any FrameSource, into viewer: any LiveViewer) throws -> LiveReport {
    precondition(!hasRun.exchange(true, ordering: .relaxed), "a pipeline runs once")
    let capturing = StageThread { [self] in try capture(source) }
    let detecting = StageThread(yields: policy == .live) { [self] in try detect() }
    let recognising = StageThread(yields: policy == .live) { [self] in try recognise() }
    let shown = Result { try show(in: viewer) }
    if case .failure = shown { cancellation.cancel() }
    let outcomes = [capturing.join(), detecting.join(), recognising.join(), shown]
    for outcome in outcomes { try outcome.get() }
    return report
  }
}

/// A frame with the moment when it came.
private struct CapturedFrame: Sendable {
  var frame: any Frame
  var arrival: Double
}

/// What was found in a snapshot.
private struct Found: Sendable {
  var detections: FrameDetections
  var arrival: Double
}

/// The four stages. Each closes the queues behind it and abandons those before it, however it ends.
extension LivePipeline {
  private func capture(_ source: any FrameSource) throws {
    defer {
      capturedFrames.close()
      snapshots.close()
    }
    var pool = SnapshotPool()
    while !cancellation.isCancelled {
      let begin = clock.now()
      guard let frame = try next(of: source) else { return }
      let arrival = clock.now()
      meters.withLock { $0.add(.capture, seconds: arrival - begin, depth: 0) }
      guard offer(frame, arrival, &pool) else { return }
    }
  }

  /// The source's next frame; whatever a source says that was cut off by the end of the run is no error.
  private func next(of source: any FrameSource) throws -> (any Frame)? {
    do { return try source.next() } catch  where cancellation.isCancelled { return nil }
  }

  /// Its luma to the analysis, then the frame itself to the viewer.
  private func offer(_ frame: any Frame, _ arrival: Double, _ pool: inout SnapshotPool) -> Bool {
    let snapshot = pool.take()
    // `isFree` has ordered this already; the thread sanitizer, which sees no fences, sees this lock.
    meters.withLock { _ in }
    snapshot.copy(frame, arrival: arrival)
    return snapshots.push(snapshot) && capturedFrames.push(CapturedFrame(frame: frame, arrival: arrival))
  }

  private func detect() throws {
    defer {
      snapshots.abandon()
      faces.close()
    }
    var begin = -Double.infinity
    while let snapshot = snapshot(after: begin + interval), !cancellation.isCancelled {
      let (depth, dropped) = snapshots.figures
      begin = clock.now()
      let found = Found(detections: look(at: snapshot), arrival: snapshot.arrival)
      let smallest = leastSide(in: snapshot)
      meters.withLock {
        $0.smallestFace = smallest
        $0.add(.detect, seconds: clock.now() - begin, depth: depth)
        $0.dropped(dropped, before: .detect)
      }
      withExtendedLifetime(snapshot) {}
      guard faces.push(found) else { return }
    }
  }

  /// The newest snapshot at `due` or later.
  private func snapshot(after due: Double) -> LumaSnapshot? {
    while clock.now() < due, !cancellation.isCancelled, !snapshots.isClosed {
      clock.sleep(until: min(due, clock.now() + LivePipeline.attention))
    }
    return snapshots.pop()
  }

  private func leastSide(in snapshot: LumaSnapshot) -> Double? {
    let width = Double(snapshot.luma.width) * snapshot.pixelAspect
    return finder.use { $0.leastSide(width: max(Int(width), 1), height: snapshot.luma.height) }
  }

  private func look(at snapshot: LumaSnapshot) -> FrameDetections {
    finder.use { finder in
      let detections = finder.find(
        in: snapshot.luma, pixelAspect: snapshot.pixelAspect, part: snapshot.part, frame: snapshot.index,
        time: snapshot.time)
      board.withLock { $0.found(detections, finder.tracker) }
      return detections
    }
  }

  private func recognise() throws {
    defer {
      faces.abandon()
      answers.close()
    }
    while let found = faces.pop(), !cancellation.isCancelled {
      let (depth, dropped) = faces.figures
      let begin = clock.now()
      let (readings, cost) = try reader.read(found.detections)
      board.withLock { $0.read(readings) }
      let now = clock.now()
      meters.withLock {
        $0.add(.recognise, seconds: now - begin, depth: depth)
        $0.dropped(dropped, before: .recognise)
        $0.read(cost, arrival: found.arrival, now: now)
      }
      guard policy == .live || answers.push(found.detections.result(readings, labels: reader.labels, rule: rule)) else {
        return
      }
    }
  }

  private func show(in viewer: any LiveViewer) throws {
    defer {
      capturedFrames.abandon()
      answers.abandon()
    }
    while try viewer.attend(), !cancellation.isCancelled {
      switch capturedFrames.pop(within: LivePipeline.attention) {
      case .element(let captured): guard try show(captured, in: viewer) else { return }
      case .wait: continue
      case .ended: return
      }
    }
    cancellation.cancel()
  }

  private func show(_ captured: CapturedFrame, in viewer: any LiveViewer) throws -> Bool {
    let (depth, dropped) = capturedFrames.figures
    guard let result = result(for: captured.frame) else { return false }
    let begin = clock.now()
    try viewer.show(captured.frame, result)
    let now = clock.now()
    meters.withLock {
      $0.add(.draw, seconds: now - begin, depth: depth)
      $0.dropped(dropped, before: .draw)
      $0.drawn(arrival: captured.arrival, now: now)
    }
    return true
  }

  private func result(for frame: any Frame) -> FrameResult? {
    guard policy == .live else { return answers.pop() }
    return board.withLock { $0.result(frame: frame.index, time: frame.time) }
  }
}
