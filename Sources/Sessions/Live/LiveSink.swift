import Core
import Display

/// Takes what a live session finds: rows, events, a recording, a virtual camera, a window, or whatever a program adds. Used
/// from the thread that runs the session. A sink that throws is left out from then on, and the others go on.
public protocol LiveSink: AnyObject {
  /// What messages call it.
  var name: String { get }
  /// Whether it takes drawn frames; where no sink does, none is drawn.
  var takesFrames: Bool { get }
  /// Opens what takes its size from the first drawn frame, of about `rate` a second.
  func begin(like frame: any Frame, rate: Double?) throws
  /// What was found in one frame, at once. False where nobody takes any more: the session ends.
  func take(_ result: FrameResult) throws -> Bool
  /// A drawn frame that nobody changes any more, in order. Where faces are hidden it comes later than its result.
  func take(_ frame: any Frame, _ result: FrameResult) throws
  /// Nothing follows. Gives the name of the file that is there now, if one is.
  /// - Throws: what went wrong; `BrokenOff` where something of it is kept.
  func finish(_ ending: LiveEnding) throws -> String?
}

/// For sinks that need not do all of it.
extension LiveSink {
  /// Most take results alone.
  public var takesFrames: Bool { false }
  public func begin(like frame: any Frame, rate: Double?) throws {}
  public func take(_ result: FrameResult) throws -> Bool { true }
  public func take(_ frame: any Frame, _ result: FrameResult) throws {}
  public func finish(_ ending: LiveEnding) throws -> String? { nil }
}

/// How a live session ends.
public struct LiveEnding: Hashable, Sendable {
  /// It was stopped or failed: files keep a partial name.
  public var isPartial: Bool
  /// Whoever reads rows gets all the rest, however long that takes.
  public var waits: Bool

  /// Both.
  public init(isPartial: Bool, waits: Bool) { (self.isPartial, self.waits) = (isPartial, waits) }
}

/// A sink where people look on and ask for things.
public protocol LiveController: LiveSink {
  /// Whether frames stand still.
  var isPaused: Bool { get }
  /// Whether a recording is under way.
  var isRecording: Bool { get set }
  /// What was asked for since the last call; called many times a second.
  func actions(_ figures: () -> LiveFigures) -> [WindowAction]
  /// Shows a drawn frame.
  func show(_ frame: any Frame, _ figures: () -> LiveFigures)
  /// Shows what there is to say.
  func note(_ notice: SessionNotice)
  /// Has `finish` called where the display goes, which ends the program: it completes what can be completed and gives the
  /// names of what is kept.
  func onDisplayLoss(_ finish: @escaping () -> [String])
}
