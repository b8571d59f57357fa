import CFFmpeg

/// What became of connections that broke.
struct Connection {
  /// How often it was made again.
  private(set) var renewals = 0
  /// Tries since the last packet that was new.
  private(set) var tries = 0

  /// Seconds before the next try: twice as long each time, and never long.
  mutating func nextPause() -> Double {
    tries += 1
    return min(0.25 * Double(1 << min(tries - 1, 4)), 4)
  }

  /// It was made again.
  mutating func renew() { renewals += 1 }
  /// A packet came that had not come before.
  mutating func flows() { tries = 0 }
}

/// What the end of all that came means.
enum Ending {
  /// The source has no more.
  case whole
  /// A recording has ended, or a camera broke off: opened again, one begins as before, the other goes on.
  case unclear
  case broken(String)
}

/// A source that was opened again.
struct Reopened {
  let demuxer: Demuxer
  /// It began as it had begun before.
  let repeats: Bool
}

/// Going on with a network source whose connection broke.
extension FrameReader {
  /// What `reading`, which is no packet, means here.
  func meaning(of reading: Demuxer.Reading) -> Ending {
    guard case .closed(let early) = reading else {
      if case .broken(let failure) = reading { return .broken(failure.detail) }
      return .whole
    }
    if let promised = demuxer.promisedEnd(video, others.isOpen) {
      return furthest < promised - 1 ? .broken("the connection ended") : .whole
    }
    // Read a second time, it came to the same end.
    if splice != nil, connection.tries > 0, reached > furthest - 0.001 { return .whole }
    return early || demuxer.location.isEndless || options.isWatched ? .unclear : .whole
  }

  /// The source, opened again after a pause; nil when it is none of the network's, or has been tried too often.
  /// - Parameter detail: what is said of it while it is away; nil: nothing before a try has failed.
  func connected(_ detail: String?) throws -> Reopened? {
    guard demuxer.location.isAddress else { return nil }
    var detail = detail
    if let detail { options.connectionChanged?(.lost(detail)) }
    while connection.tries < options.reconnections {
      watch.pause(connection.nextPause())
      if let next = try connectedOnce() {
        if detail != nil { options.connectionChanged?(.back) }
        return next
      }
      if detail == nil { options.connectionChanged?(.lost("the connection ended")) }
      detail = detail ?? ""
    }
    return nil
  }

  private func connectedOnce() throws -> Reopened? {
    do {
      let next = try Demuxer(demuxer.location, options, watch)
      guard next.isLike(demuxer), let repeats = try beginning.isThat(of: next, video) else { return nil }
      connection.renew()
      return Reopened(demuxer: next, repeats: repeats)
    } catch MediaError.cancelled(let text) {
      throw MediaError.cancelled(text)
    } catch {
      return nil
    }
  }
}
