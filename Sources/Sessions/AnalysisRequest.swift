import Core
import Media

/// Networks, detector and classes of a session.
public struct AnalysisRequest: Sendable {
  /// Networks that judge together, by name or file.
  public var models = ["default"]
  /// The face detector, by name or file.
  public var detector = "default"
  /// Side in pixels from which on faces are looked for; nil: what suits the source.
  public var smallestFace: Double?
  /// How frames are turned before anything else.
  public var turn = Turn.none
  /// Classes; nil: the networks' own.
  public var labels: LabelSet?
  /// Threads of the networks.
  public var threads = processorCount()

  /// The shipped networks and detector, on all cores.
  public init() {}

  /// Boxes differ by so much from the face that somebody means.
  var leastBox: Double { (smallestFace ?? 0) * 0.7 }
}
