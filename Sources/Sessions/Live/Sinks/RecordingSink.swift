import Core
import Media
import Recognition

/// Writes annotated frames into a file, on a thread of its own.
final class RecordingSink: LiveSink {
  let name: String
  let takesFrames = true
  private let request: RecordingRequest
  private let isAskedByKey: Bool
  private let lacksSound: Bool
  private let context: SessionContext
  private let tell: (SessionNotice) -> Void
  private var output: MediaOutput?
  private var sink: DetachedSink?

  /// Without `sound` nothing is written before the first frame.
  /// - Parameters:
  ///   - sound: whose sound is recorded, too; it has given no frame yet.
  ///   - lacksSound: the source has sound, which is not recorded.
  ///   - hides: faces are hidden, and what the source says of itself is left out.
  init(
    _ path: String, _ request: RecordingRequest, isAskedByKey: Bool, sound: MediaInput? = nil, lacksSound: Bool,
    hides: Bool, _ context: SessionContext, tell: @escaping (SessionNotice) -> Void
  ) throws {
    (name, self.request, self.isAskedByKey, self.lacksSound) = (path, request, isAskedByKey, lacksSound)
    (self.context, self.tell) = (context, tell)
    if let sound { output = try MediaOutput.create(path, for: sound, options: options(hides: hides)) }
  }

  private func options(hides: Bool = false) -> OutputOptions {
    var options = OutputOptions(codec: request.codec, quality: request.quality, force: request.force)
    options.whenWaiting = { [context] in context.notify(.waiting($0)) }
    (options.leavesOutImages, options.leavesOutMetadata) = (hides, hides)
    return options
  }

  /// Frames that the encoder had no time for.
  var dropped: Int { sink?.dropped ?? 0 }

  func begin(like frame: any Frame, rate: Double?) throws {
    let output = try self.output ?? MediaOutput.create(name, like: frame, rate: rate ?? 30, options: options())
    (self.output, sink) = (output, DetachedSink(output, depth: 8))
    tell(.recording(name, isAskedByKey: isAskedByKey, lacksSound: lacksSound))
  }

  /// - Throws: `BrokenOff` with what was kept: nothing more can be recorded.
  func take(_ frame: any Frame, _ result: FrameResult) throws {
    do { try sink?.consume(frame, result) } catch { throw broken(error) }
  }

  /// Completes the file under its name, or as a partial one; gives the name.
  /// - Throws: `BrokenOff` with what was kept.
  func finish(_ ending: LiveEnding) throws -> String? {
    guard let output else { return nil }
    do {
      try sink?.finish()
      if dropped > 0 { tell(.unrecorded(dropped, path: name)) }
      if ending.isPartial { return try output.keepPartial() ?? name }
      try output.commit()
      return name
    } catch { throw broken(error) }
  }

  private func broken(_ error: any Error) -> BrokenOff {
    BrokenOff(error, kept: (try? output?.keepPartial()).map { [$0] } ?? [])
  }
}
