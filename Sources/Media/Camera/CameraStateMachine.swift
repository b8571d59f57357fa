/// How a camera fares, for whoever looks.
public enum CameraStatus: Hashable, Sendable {
  /// No frame yet.
  case starting
  /// Frames come.
  case streaming
  /// It is there, and no frame has come for a while.
  case silent
  /// It was unplugged: waited for.
  case gone
  /// It is there again, and cannot be opened yet.
  case blocked(CameraError)

  /// Whether frames come, or are about to.
  public var isWell: Bool { self == .starting || self == .streaming }
}

/// What happened since the camera was opened.
public struct CameraFigures: Codable, Hashable, Sendable {
  /// Frames given on.
  public var frames = 0
  /// Frames that the driver had no buffer for.
  public var missed = 0
  /// Frames with errors in them, passed over.
  public var damaged = 0
  /// Times that the stream was begun anew.
  public var restarts = 0
  /// Times that the camera went away.
  public var losses = 0
}

/// What to do next with a camera, as a pure state machine: it decides, `CameraSource` acts.
///
/// A camera that never gave a frame is given up with its error; one that did is waited for without end.
struct CameraStateMachine {
  /// What comes next.
  enum Action: Equatable {
    /// Open the camera; it is closed.
    case connect
    /// Start its stream, from the beginning.
    case start
    /// Wait for a frame for so long.
    case read(seconds: Double)
    /// Do nothing for so long.
    case pause(seconds: Double)
    /// Give up.
    case fail(CameraError)
  }

  private(set) var action = Action.connect
  /// Whether there is an open camera to keep.
  private(set) var isOpen = false
  private(set) var status = CameraStatus.starting
  private(set) var figures = CameraFigures()

  /// Seconds without a frame that are told, and that are mended.
  private static let (notice, patience) = (2.0, 5.0)
  private static let shortestRead = 0.5
  private static let tries = 3

  private var afterPause = Action.connect
  private var hasGivenFrame = false
  /// Failures without a frame between them.
  private var strikes = 0
  private var silence = 0.0

  mutating func connected() {
    isOpen = true
    strikes = 0
    action = .start
  }

  mutating func refused(_ error: CameraError) {
    if hasGivenFrame {
      status = error.isAbsence ? .gone : .blocked(error)
      pause(0.5, then: .connect)
    } else if case .driver = error, strikes < CameraStateMachine.tries {
      strikes += 1
      pause(0.1, then: .connect)
    } else {
      action = .fail(error)
    }
  }

  mutating func started() {
    silence = 0
    action = .read(seconds: CameraStateMachine.shortestRead)
  }

  mutating func couldNotStart(_ error: CameraError) {
    if case .busy = error, !hasGivenFrame {
      action = .fail(error)
    } else if error.isAbsence {
      leave(error)
    } else {
      stumble(error)
    }
  }

  /// Takes what reading gave, and `missing`, the frames that the driver says are lost before it. `path` names the
  /// camera in errors.
  mutating func took(_ event: CaptureEvent, missing: Int = 0, path: String) {
    switch event {
    case .avFrame: giveFrame(missing)
    case .damaged:
      figures.missed += missing
      figures.damaged += 1
      silence = 0
    case .nothing: wait(path)
    case .broken: stumble(.driver(path, step: "stream", code: 0))
    case .gone: leave(.gone(path))
    case .woken: break
    }
  }

  mutating func paused() { action = afterPause }

  private mutating func giveFrame(_ missing: Int) {
    hasGivenFrame = true
    (strikes, silence) = (0, 0)
    figures.frames += 1
    figures.missed += missing
    status = .streaming
  }

  /// A frame's absence is told at once, and mended by a new start when it lasts.
  private mutating func wait(_ path: String) {
    silence += CameraStateMachine.shortestRead
    if silence >= CameraStateMachine.notice, hasGivenFrame { status = .silent }
    guard silence >= CameraStateMachine.patience else { return }
    stumble(.silent(path, seconds: CameraStateMachine.patience * Double(strikes + 1)))
  }

  /// Starts the stream again; after a few times in vain opens the camera again.
  private mutating func stumble(_ error: CameraError) {
    strikes += 1
    figures.restarts += 1
    if strikes <= CameraStateMachine.tries {
      pause(0.05, then: .start)
    } else if hasGivenFrame {
      strikes = 0
      isOpen = false
      pause(0.25, then: .connect)
    } else {
      isOpen = false
      action = .fail(error)
    }
  }

  private mutating func leave(_ error: CameraError) {
    isOpen = false
    guard hasGivenFrame else { return refused(error) }
    figures.losses += 1
    status = .gone
    pause(0.05, then: .connect)
  }

  private mutating func pause(_ seconds: Double, then next: Action) {
    action = .pause(seconds: seconds)
    afterPause = next
  }
}

extension CameraError {
  /// The camera is not there.
  fileprivate var isAbsence: Bool {
    switch self {
    case .gone, .noCamera, .notFound: true
    default: false
    }
  }
}
