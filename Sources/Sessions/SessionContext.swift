import Core
import Media
import Rows

/// What a session shares with the program that drives it: how it is stopped, and what it has to say.
public struct SessionContext: Sendable {
  /// Stops the session; what was done so far is kept.
  public var cancellation: Cancellation
  /// Takes what there is to say, in order, on whichever thread says it.
  public var notify: @Sendable (SessionNotice) -> Void
  /// The sentence for an error that is written into a table of failures.
  public var sentence: @Sendable (any Error) -> String = { "\($0)" }
  /// Whether whoever gave the context stopped it, rather than the session itself.
  var isStopped: @Sendable () -> Bool = { false }

  /// Without arguments: a session that nobody stops or listens to.
  public init(
    cancellation: Cancellation = Cancellation(), notify: @escaping @Sendable (SessionNotice) -> Void = { _ in }
  ) {
    (self.cancellation, self.notify) = (cancellation, notify)
  }
}

/// What a session says while it runs, as data: sentences are the program's.
public enum SessionNotice: Sendable {
  /// Something failed, and the rest goes on.
  case failed(any Error)
  /// A pipe or a reader is waited for.
  case waiting(String)
  /// Files that are complete now.
  case wrote([String])

  /// Everything that was asked for is there already.
  case nothingLeft
  /// Files of folders that are no recordings.
  case leftOut([String])
  /// An input begins, of so many frames where that is known.
  case began(input: String, frames: Int?)
  /// One frame of it is done.
  case frameDone(input: String)
  /// It is done.
  case ended(input: String)
  /// When faces of an input that are hidden come into sight, go out of it and come back, seconds: where a person should look; none where none does.
  case toLookAt(input: String, [Double])
  /// What was changed or left out of an input on its way to the output.
  case warning(input: String, MediaWarning)

  /// The camera that was opened.
  case camera(CameraDescription)
  /// How the source called `name` fares now, where it does not fare well; nil: it is back.
  case trouble(CameraStatus?, name: String)
  /// The source cannot be opened yet, for that reason, and is tried again each second.
  case awaited(any Error)
  /// The connection to an address.
  case connection(ConnectionChange, location: String)
  /// Nobody reads rows there yet; readers may come.
  case listening(String)
  /// A reader of rows has gone and is tried again.
  case readerGone(String)
  /// Rows that nobody read in time.
  case rowsDropped(Int, address: String)
  /// An event of a face.
  case event(LiveEvent)
  /// A recording begins; `lacksSound` where the source has some.
  case recording(String, isAskedByKey: Bool, lacksSound: Bool)
  /// A recording that was asked for by a key is complete.
  case recorded(String)
  /// Frames that a recording has not, since encoding took too long.
  case unrecorded(Int, path: String)
  /// The networks that judge from now on.
  case networks(String)
  /// Faces' neutral baselines are taken for so many seconds.
  case baseline(seconds: Double)
}
