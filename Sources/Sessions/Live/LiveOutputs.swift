import Core

/// The sinks of a live session. One that fails is left out from then on, as long as there are others.
final class LiveOutputs {
  /// Files that are there now, in the order in which they were completed.
  private(set) var written: [String] = []
  /// Sinks that ended before the session.
  private(set) var endedEarly: [String] = []
  private(set) var sinks: [any LiveSink]
  private let tell: (SessionNotice) -> Void
  private var hasBegun = false

  init(_ sinks: [any LiveSink], tell: @escaping (SessionNotice) -> Void) { (self.sinks, self.tell) = (sinks, tell) }

  /// Whether anybody takes drawn frames.
  var takesFrames: Bool { sinks.contains(where: \.takesFrames) }

  /// Rows that did not get through.
  var droppedRows: Int { sinks.reduce(0) { $0 + (($1 as? RowSink)?.dropped ?? 0) } }

  /// The recording under way.
  var recording: RecordingSink? { sinks.lazy.compactMap { $0 as? RecordingSink }.first }

  /// Begins a sink in the middle of the session.
  func add(_ sink: any LiveSink) { sinks.insert(sink, at: 0) }

  /// Hands on what was found; false where the session may end.
  func take(_ result: FrameResult) throws -> Bool {
    var goesOn = true
    for sink in sinks {
      try attempt(sink) { if try !sink.take(result) { goesOn = false } }
    }
    return goesOn
  }

  /// Opens what takes its size from the first frame; that fails for good.
  func begin(like frame: any Frame, rate: Double?) throws {
    guard !hasBegun else { return }
    hasBegun = true
    for sink in sinks { try sink.begin(like: frame, rate: rate) }
  }

  /// Hands on a drawn frame.
  func take(_ frame: any Frame, _ result: FrameResult) throws {
    for sink in sinks where sink.takesFrames { try attempt(sink) { try sink.take(frame, result) } }
  }

  /// Ends one sink and leaves it out; gives the name of its file.
  func end(_ sink: any LiveSink) throws -> String? {
    sinks.removeAll { $0 === sink }
    do {
      let name = try sink.finish(LiveEnding(isPartial: false, waits: false))
      if let name { written.append(name) }
      return name
    } catch { throw noted(error) }
  }

  /// Completes all. One that fails keeps no other from being completed.
  /// - Throws: what went wrong first.
  func finish(_ ending: LiveEnding) throws {
    var problem: (any Error)?
    for sink in sinks {
      do { if let name = try sink.finish(ending) { written.append(name) } } catch { problem = problem ?? noted(error) }
    }
    sinks = []
    if let problem { throw problem }
  }

  private func attempt(_ sink: any LiveSink, _ work: () throws -> Void) throws {
    do { try work() } catch {
      sinks.removeAll { $0 === sink }
      guard !sinks.isEmpty else { throw error }
      _ = noted(error)
      endedEarly.append(sink.name)
      tell(.failed(error))
    }
  }

  /// What is kept of a broken output is among what is written.
  func noted(_ error: any Error) -> any Error {
    guard let broken = error as? BrokenOff else { return error }
    written += broken.kept
    return broken.failure
  }
}
