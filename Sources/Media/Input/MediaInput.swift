import CFFmpeg
import Core

/// Frames of a file or stream, in order of time.
///
/// Packets of the other streams wait in a queue for the `MediaOutput` that was made for this input; without one they are
/// passed over. Used from one thread.
/// `@unchecked Sendable`: `cancel` alone may come from another thread; an output reads only what is fixed after opening,
/// and the queue, which locks.
public final class MediaInput: FrameSource, @unchecked Sendable {
  /// What the source says of itself.
  public let info: MediaInfo
  /// Packets of other streams.
  let others: PacketQueue
  let range: TimeRange
  let reader: FrameReader
  /// The first frame, until it is given out.
  private(set) var first: MediaFrame?
  /// An output was made for this input.
  var isPassedOn = false

  private let preparer: FramePreparer
  private let pool: FramePool
  private let watch: Watch
  private var clock: FrameClock
  private var numbering: ImageNumbering
  /// Beginnings after this many seconds are worth reading the file twice.
  private static let longStart = 5.0
  private var hasBegun = false
  private var hasEnded = false
  private var still: StillRepeater?

  /// Opens a file, an address (`rtsp://`, `http://`, …) or standard input (`-`), and decodes its first frame.
  public static func open(_ location: String, options: InputOptions = InputOptions()) throws -> MediaInput {
    try MediaInput(Location(text: location, frames: NumberedImages(location)), options)
  }

  init(_ location: Location, _ options: InputOptions) throws {
    guard options.start <= TimeLine.limit else { throw MediaError.startsBehindEnd(location.text, start: options.start) }
    (watch, others, pool) = (Watch(), PacketQueue(), FramePool())
    if location.isLive { options.waiting?(watch.cancel) }
    reader = try FrameReader(location, options, watch, others)
    let isDevice = location.device != nil
    range = TimeRange(origin: isDevice ? 0 : reader.demuxer.origin, options)
    clock = FrameClock(reader.demuxer.context, reader.stream, fromZero: isDevice)
    numbering = ImageNumbering(options.start > MediaInput.longStart ? try reader.skip(to: range.begin) : nil)
    let frame = pool.take()
    guard try MediaInput.find(frame, reader, range, &clock, &numbering) else {
      throw reader.failure ?? MediaInput.nothing(location, options, numbering.count)
    }
    let format = AVPixelFormat(frame.avFrame.pointee.format)
    preparer = FramePreparer(Orientation(of: reader), turn: options.turn)
    try MediaInput.finish(frame, preparer, reader.stream)
    if let odd = preparer.oddPixels {
      throw MediaError.oddPixels(location.text, width: Int(odd.num), height: Int(odd.den))
    }
    info = MediaInfo(of: frame, stored: format, in: reader, location, options)
    first = frame
    still = info.isStill && options.stillLasts > 0 ? StillRepeater(frame, seconds: options.stillLasts) : nil
  }

  /// Ends a blocking `next`, from any thread; it throws `MediaError.cancelled`.
  public func cancel() { watch.cancel() }

  public func next() throws -> (any Frame)? {
    if !hasBegun { begin() }
    if let frame = first {
      first = nil
      return frame
    }
    if let still { return still.next(from: pool) }
    guard !hasEnded else { return nil }
    let frame = pool.take()
    guard try MediaInput.find(frame, reader, range, &clock, &numbering) else { return try end() }
    try MediaInput.finish(frame, preparer, reader.stream)
    return frame
  }

  /// What was not as it should be, complete after the last frame.
  public var warnings: [MediaWarning] {
    var found: [MediaWarning] = []
    if let missing = reader.demuxer.location.frames?.missing { found.append(.missingNumber(missing)) }
    if preparer.sawFields { found.append(.deinterlaced) }
    if preparer.changes > 0 { found.append(.reshaped(times: preparer.changes)) }
    if let odd = preparer.oddPixels { found.append(.oddPixels(width: Int(odd.num), height: Int(odd.den))) }
    if reader.corrupt > 0 { found.append(.corrupt(packets: reader.corrupt)) }
    if reader.connection.renewals > 0 { found.append(.reconnected(times: reader.connection.renewals)) }
    if case .lost(let detail) = reader.breakage {
      found.append(.brokeOff(detail: detail, tries: reader.connection.tries))
    }
    if hasEnded, let short = shortfall { found.append(short) }
    return found
  }

  /// Why frames ended before their end, once they have; nil where all came.
  public var failure: MediaError? { hasEnded ? reader.failure : nil }

  private func begin() {
    hasBegun = true
    guard !isPassedOn else { return }
    others.close()
    reader.discardOthers()
  }

  private func end() throws -> (any Frame)? {
    hasEnded = true
    try reader.readOthers(until: range.end)
    return nil
  }

  /// The next frame of the range, numbered and timed.
  private static func find(
    _ frame: MediaFrame, _ reader: FrameReader, _ range: TimeRange, _ clock: inout FrameClock,
    _ numbering: inout ImageNumbering
  ) throws -> Bool {
    while try reader.next(into: frame.avFrame) {
      clock.stamp(frame)
      if frame.time >= range.end { return false }
      frame.index = numbering.number(frame.ticks)
      frame.packetsBefore = reader.others.count
      frame.part = reader.line.part(at: frame.time)
      if frame.time >= range.begin { return true }
      av_frame_unref(frame.avFrame)
    }
    return false
  }

  private static func finish(
    _ frame: MediaFrame, _ preparer: FramePreparer, _ stream: UnsafeMutablePointer<AVStream>
  ) throws {
    if frame.avFrame.pointee.sample_aspect_ratio.num == 0 {
      frame.avFrame.pointee.sample_aspect_ratio = stream.pointee.sample_aspect_ratio
    }
    try preparer.prepare(frame.avFrame)
    frame.adopt()
    frame.part += preparer.changes
  }

  private static func nothing(_ location: Location, _ options: InputOptions, _ count: Int) -> MediaError {
    guard count > 0 else { return .undecodable(location.text, detail: FFmpegLog.takeLine() ?? "") }
    return options.duration.map { .nothingBetween(location.text, start: options.start, duration: $0) }
      ?? .startsBehindEnd(location.text, start: options.start)
  }
}

extension MediaInput {
  /// How much less came than the container promises, when it is more than a second.
  private var shortfall: MediaWarning? {
    guard range.end == .infinity, reader.line.isPlain,
      let promised = reader.demuxer.promisedEnd(reader.video, others.isOpen)
    else {
      return nil
    }
    let found = others.isOpen ? max(reader.furthest, clock.end) : clock.end
    return promised - found > 1 ? .truncated(expected: promised, found: found) : nil
  }
}
