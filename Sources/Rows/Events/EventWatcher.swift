import Core

/// Waits for events: each fires once an episode. A pure state machine, fed with one result after another.
///
/// Hysteresis in time: an episode survives other expressions for less than `grace` seconds; after it has fired, the next one
/// begins only once the expression has been away for `rest` seconds.
public struct EventWatcher: Sendable {
  /// Seconds of something else that an episode survives until it fires.
  public static let grace = 0.3
  /// Seconds of something else that end an episode that has fired.
  public static let rest = 0.6

  private struct Key: Hashable {
    var rule: Int
    var track: Int
  }

  private struct Episode {
    var since: Double
    var last: Double
    var hasFired = false

    func isOver(at time: Double) -> Bool { time - last > (hasFired ? EventWatcher.rest : EventWatcher.grace) }
  }

  private let rules: [EventRule]
  private var episodes: [Key: Episode] = [:]

  /// Waits for `rules`.
  public init(_ rules: [EventRule]) { self.rules = rules }

  /// The events that `result` completes.
  public mutating func take(_ result: FrameResult) -> [LiveEvent] {
    var events: [LiveEvent] = []
    for (index, rule) in rules.enumerated() {
      for face in result.faces where (face.expression ?? "uncertain") == rule.expression {
        if let event = show(rule, Key(rule: index, track: face.track), face, result) { events.append(event) }
      }
    }
    if episodes.contains(where: { $1.isOver(at: result.time) }) {
      episodes = episodes.filter { !$1.isOver(at: result.time) }
    }
    return events
  }

  private mutating func show(_ rule: EventRule, _ key: Key, _ face: FaceResult, _ result: FrameResult) -> LiveEvent? {
    var episode = episodes[key] ?? Episode(since: result.time, last: result.time)
    if episode.isOver(at: result.time) { episode = Episode(since: result.time, last: result.time) }
    episode.last = result.time
    let fires = !episode.hasFired && result.time - episode.since >= rule.hold - 1e-6
    episode.hasFired = episode.hasFired || fires
    episodes[key] = episode
    guard fires else { return nil }
    return LiveEvent(
      rule: rule, track: face.track, frame: result.frame, time: result.time, since: episode.since,
      confidence: face.confidence)
  }
}
