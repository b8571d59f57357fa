import Core
import Media

/// A clip from its beginning to its end, and again; frames are numbered on and times go on.
final class LoopedSource: FrameSource {
  private let location: String
  private let limit: Int
  private let loops: Bool
  private var input: MediaInput
  private var given = 0
  private var offset = 0.0
  private var end = 0.0

  /// Opens the clip.
  init(_ location: String, limit: Int, loops: Bool) throws {
    (self.location, self.limit, self.loops) = (location, limit, loops)
    input = try MediaInput.open(location)
  }

  func next() throws -> (any Frame)? {
    guard given < limit else { return nil }
    if let frame = try input.next() { return numbered(frame) }
    guard loops else { return nil }
    input = try MediaInput.open(location)
    offset = end
    return try input.next().map(numbered)
  }

  private func numbered(_ frame: any Frame) -> any Frame {
    let frame = frame as! MediaFrame
    frame.renumber(index: given, time: frame.time + offset)
    end = frame.time + 1 / (input.info.frameRate ?? 30)
    given += 1
    return frame
  }
}
