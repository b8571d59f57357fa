/// What a driver says of a filled buffer.
struct CaptureStamp: Equatable {
  /// Number of the frame, counted by the driver; what it had no buffer for is counted too.
  var sequence: UInt32
  /// When it was taken, seconds of the monotonic clock; nil where the driver uses another clock.
  var time: Double?
}

/// What reading from a camera gave.
enum CaptureEvent: Equatable {
  /// A frame lies in the frame.
  case avFrame(CaptureStamp)
  /// A buffer with errors in it, passed over.
  case damaged(CaptureStamp)
  /// Nothing came in the time allowed.
  case nothing
  /// Another thread ended the wait.
  case woken
  /// The stream died; the device is there.
  case broken
  /// The device is gone.
  case gone
}

/// An open camera whose format is settled. Used from one thread. In tests one that follows a script.
protocol CaptureStream: AnyObject {
  /// What was settled.
  var description: CameraDescription { get }
  /// Lets frames come, from the beginning if they came before.
  func start() throws(CameraError)
  /// Waits for a buffer for at most `seconds`, and makes the empty `frame` hold its frame.
  func read(into frame: MediaFrame, waiting seconds: Double) throws -> CaptureEvent
}

/// What the source of a camera's frames needs of the world.
protocol CameraBackend: AnyObject {
  /// Opens the camera; after the first time the same one, wherever it is now.
  func connect() throws(CameraError) -> any CaptureStream
  /// Returns after `seconds` or when woken.
  func pause(_ seconds: Double)
  /// Seconds of the monotonic clock.
  func now() -> Double
}

/// A camera as it was opened.
public struct CameraDescription: Hashable, Sendable {
  /// Its node.
  public var path: String
  /// Its name.
  public var name: String
  /// The pixel format that it sends.
  public var format: FourCC
  /// Size of its frames.
  public var size: CameraSize
  /// Frames a second that it promised; nil where it does not tell.
  public var rate: Double?
  /// Formats that were passed over since nothing here reads them.
  public var unread: [FourCC]
}
