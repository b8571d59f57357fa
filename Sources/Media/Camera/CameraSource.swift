import CFFmpeg
import Core
import Synchronization

/// Frames of a camera as they come, for as long as it takes: a camera that is unplugged is waited for.
///
/// Used from one thread. `@unchecked Sendable`: other threads may call `cancel` and read `status` and `figures`, which
/// lock; the rest belongs to the thread that calls `next`.
public final class CameraSource: FrameSource, @unchecked Sendable {
  /// The camera as it was first opened. After it was away its format may be another; its frames keep this size.
  public let description: CameraDescription

  private let port: any CameraBackend
  private let waker: Waker
  private let shown = Mutex((status: CameraStatus.starting, figures: CameraFigures()))
  private let onChange: @Sendable (CameraStatus) -> Void

  private var life = CameraStateMachine()
  private var stream: (any CaptureStream)?
  private let pool = FramePool()
  private let preparer: FramePreparer
  private var clock = CaptureClock()
  private var sequence = SequenceCounter()

  /// Opens and starts a camera: a path, number, name or part of a name; nil: the first that can be used.
  /// `onChange` is called on the thread that calls `next` when the camera fares otherwise than before.
  /// - Throws: `CameraError`.
  public convenience init(
    _ device: String?, request: CaptureRequest = CaptureRequest(), settings: CameraSettings = CameraSettings(),
    turn: Turn = .none, onChange: @escaping @Sendable (CameraStatus) -> Void = { _ in }
  ) throws {
    let waker = Waker()
    try self.init(V4L2Backend(device, request, settings, waker), waker, turn: turn, onChange)
  }

  /// The same on any port; `waker` is what ends the port's waits.
  init(
    _ port: any CameraBackend, _ waker: Waker, turn: Turn = .none,
    _ onChange: @escaping @Sendable (CameraStatus) -> Void
  ) throws {
    (self.port, self.waker, self.onChange) = (port, waker, onChange)
    preparer = FramePreparer(.upright, turn: turn)
    FFmpegLog.start()
    var (life, stream) = (CameraStateMachine(), (any CaptureStream)?.none)
    while !life.isReading, !waker.isAwake { try CameraSource.step(&life, &stream, port) }
    guard let description = stream?.description else { throw MediaError.cancelled("camera") }
    (self.description, self.life, self.stream) = (description, life, stream)
  }

  /// How the camera fares. Any thread.
  public var status: CameraStatus { shown.withLock { $0.status } }
  /// What happened until now. Any thread.
  public var figures: CameraFigures { shown.withLock { $0.figures } }
  /// The monotonic clock's time of the first frame, whose own time is 0.
  public var start: Double { clock.start }

  /// Ends `next`, now and for good. Any thread.
  public func cancel() { waker.wake() }

  /// The next frame; nil once cancelled. Returns within a moment of `cancel`, also while it waits for a camera.
  public func next() throws -> (any Frame)? {
    let frame = pool.take()
    while !waker.isAwake {
      if case .read(let seconds) = life.action {
        if try read(into: frame, waiting: seconds) { return frame }
      } else {
        try CameraSource.step(&life, &stream, port)
        sequence.restart()
      }
      tell()
    }
    stream = nil
    return nil
  }

  /// Does what `life` asks for, short of reading.
  private static func step(
    _ life: inout CameraStateMachine, _ stream: inout (any CaptureStream)?, _ port: any CameraBackend
  ) throws {
    switch life.action {
    case .connect:
      stream = nil
      do throws(CameraError) {
        stream = try port.connect()
        life.connected()
      } catch { life.refused(error) }
    case .start:
      do throws(CameraError) {
        try stream!.start()
        life.started()
      } catch { life.couldNotStart(error) }
    case .pause(let seconds):
      port.pause(seconds)
      life.paused()
    case .fail(let error): throw error
    case .read: preconditionFailure("reading is the caller's")
    }
    if !life.isOpen { stream = nil }
  }

  /// Reads once; true when `frame` holds a frame.
  private func read(into frame: MediaFrame, waiting seconds: Double) throws -> Bool {
    let event = try stream!.read(into: frame, waiting: seconds)
    let missing = event.stamp.map { sequence.missing(before: $0.sequence) } ?? 0
    life.took(event, missing: missing, path: stream!.description.path)
    if !life.isOpen { stream = nil }
    guard case .avFrame(let stamp) = event else {
      av_frame_unref(frame.avFrame)
      return false
    }
    try preparer.prepare(frame.avFrame)
    frame.adopt()
    time(frame, stamp)
    tell()
    return true
  }

  /// Microseconds are the ticks of a camera's frames.
  private func time(_ frame: MediaFrame, _ stamp: CaptureStamp) {
    frame.index = life.figures.frames - 1
    frame.time = clock.time(stamp: stamp.time, arrival: port.now())
    frame.ticks = Int64((frame.time * 1e6).rounded())
    frame.duration = Int64(1e6 / (description.rate ?? 30))
    frame.avFrame.pointee.pts = frame.ticks
  }

  /// Publishes status and figures.
  private func tell() {
    let isNew = shown.withLock { shown in
      defer { shown = (life.status, life.figures) }
      return shown.status != life.status
    }
    if isNew { onChange(life.status) }
  }
}

extension CameraStateMachine {
  /// Whether frames are waited for.
  fileprivate var isReading: Bool { if case .read = action { true } else { false } }
}

extension CaptureEvent {
  /// What the driver said of the buffer, if there was one.
  fileprivate var stamp: CaptureStamp? {
    switch self {
    case .avFrame(let stamp), .damaged(let stamp): stamp
    default: nil
    }
  }
}
