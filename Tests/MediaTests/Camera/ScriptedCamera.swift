import CFFmpeg
import Synchronization

@testable import Media

/// A camera that follows a script; its clock runs when someone waits.
final class ScriptedCamera: CameraBackend {
  /// What happens next.
  enum Step {
    /// So many frames, one after another.
    case frames(Int)
    /// The driver skips so many.
    case skip(UInt32)
    case damaged
    case broken
    /// Seconds without a frame.
    case silence(Double)
    /// Unplugged; so many attempts to open it fail.
    case unplugged(attempts: Int)
    /// So many attempts to open it fail with this.
    case refusing(CameraError, attempts: Int)
    /// So many attempts to start it fail with this.
    case notStarting(CameraError, attempts: Int)
    /// `next` is called off while it waits.
    case cancelled
  }

  let waker = Waker()
  private(set) var clock = 1000.0
  /// Open streams; more than one at a time would be a leak.
  private(set) var open = 0
  private(set) var mostOpen = 0
  private(set) var starts = 0
  fileprivate var script: [Step]
  fileprivate var sequence: UInt32 = 0

  init(_ script: [Step]) { self.script = script }

  func now() -> Double { clock }
  func pause(_ seconds: Double) { clock += seconds }
  fileprivate func pass(_ seconds: Double) { clock += seconds }

  func connect() throws(CameraError) -> any CaptureStream {
    if let error = refusal() { throw error }
    open += 1
    mostOpen = max(mostOpen, open)
    return ScriptedStream(self)
  }

  private func refusal() -> CameraError? {
    switch script.first {
    case .unplugged(let attempts) where attempts > 0:
      script[0] = .unplugged(attempts: attempts - 1)
      return .gone("/dev/video9")
    case .refusing(let error, let attempts) where attempts > 0:
      script[0] = .refusing(error, attempts: attempts - 1)
      return error
    case .unplugged, .refusing:
      script.removeFirst()
      return refusal()
    default: return nil
    }
  }

  fileprivate func start() throws(CameraError) {
    starts += 1
    sequence = 0
    guard case .notStarting(let error, let attempts) = script.first else { return }
    script[0] = .notStarting(error, attempts: attempts - 1)
    if attempts > 0 { throw error }
    script.removeFirst()
  }

  fileprivate func closed() { open -= 1 }
}

/// What the scripted camera opens.
private final class ScriptedStream: CaptureStream {
  let description = CameraDescription(
    path: "/dev/video9", name: "Script", format: FourCC("GREY")!, size: CameraSize(width: 32, height: 16), rate: 25,
    unread: [])
  private let camera: ScriptedCamera
  private let pool = FrameMemoryPool(format: AV_PIX_FMT_YUV420P, width: 32, height: 16)

  init(_ camera: ScriptedCamera) { self.camera = camera }
  deinit { camera.closed() }

  func start() throws(CameraError) { try camera.start() }

  func read(into frame: MediaFrame, waiting seconds: Double) throws -> CaptureEvent {
    guard let step = camera.script.first else { return ended() }
    switch step {
    case .frames(let count): return avFrame(frame, of: count)
    case .silence(let left):
      camera.pass(seconds)
      camera.script[0] = .silence(left - seconds)
      if left <= seconds { camera.script.removeFirst() }
      return .nothing
    case .unplugged: return .gone
    case .refusing, .notStarting: preconditionFailure("the script opens or starts the camera first")
    case .skip(let count):
      camera.script.removeFirst()
      camera.sequence += count
      return .nothing
    case .damaged, .broken, .cancelled: return passing(step)
    }
  }

  private func passing(_ step: ScriptedCamera.Step) -> CaptureEvent {
    camera.script.removeFirst()
    switch step {
    case .broken: return .broken
    case .damaged: return .damaged(stamp())
    default: return ended()
    }
  }

  private func ended() -> CaptureEvent {
    camera.waker.wake()
    return .woken
  }

  private func avFrame(_ frame: MediaFrame, of count: Int) -> CaptureEvent {
    camera.script[0] = .frames(count - 1)
    if count <= 1 { camera.script.removeFirst() }
    camera.pass(0.04)
    pool.fill(frame.avFrame)
    return .avFrame(stamp())
  }

  private func stamp() -> CaptureStamp {
    camera.sequence += 1
    return CaptureStamp(sequence: camera.sequence, time: camera.clock)
  }
}

/// Remembers what a source told.
final class StatusLog: Sendable {
  private let entries = Mutex<[CameraStatus]>([])
  var seen: [CameraStatus] { entries.withLock { $0 } }
  func add(_ status: CameraStatus) { entries.withLock { $0.append(status) } }
}
