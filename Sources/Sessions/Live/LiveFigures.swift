import Media
import Recognition

/// How a live session fares, for whoever looks on.
public struct LiveFigures {
  /// Until now.
  public var report: LiveReport
  /// Frames a second, lately.
  public var rate: Double
  /// Rows that did not get through.
  public var droppedRows: Int
  /// Frames that are not in the recording.
  public var unrecorded: Int
  /// Why no frames come; nil while they do.
  public var trouble: CameraStatus?
}

/// What a live session did.
public struct LiveSummary {
  /// Of the pipeline.
  public var report: LiveReport
  /// Files that are there now, in the order in which they were completed.
  public var written: [String]
  /// Outputs that ended before the session did.
  public var endedEarly: [String]
  /// What the camera lost; nil for other sources.
  public var camera: CameraFigures?
  /// It was cancelled rather than ended.
  public var wasCancelled: Bool
}
