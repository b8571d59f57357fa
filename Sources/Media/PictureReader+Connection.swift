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

/// Going on with a network source whose connection broke.
extension PictureReader {
  /// The end of what came is no end: a camera does not end, and a recording says how long it is.
  var isCutShort: Bool {
    guard demuxer.location.isAddress else { return false }
    guard let promised = demuxer.promisedEnd(video, others.isOpen) else { return demuxer.location.isEndless }
    return furthest < promised - 1
  }

  /// The source, opened again after a pause; nil when it is none of the network's, or has been tried too often.
  func connected() throws -> Demuxer? {
    guard demuxer.location.isAddress else { return nil }
    while connection.tries < options.reconnections {
      watch.pause(connection.nextPause())
      do {
        let next = try Demuxer(demuxer.location, options, watch)
        guard next.isLike(demuxer) else { return nil }
        connection.renew()
        return next
      } catch MediaError.cancelled(let text) {
        throw MediaError.cancelled(text)
      } catch {}
    }
    return nil
  }
}
