import Core
import Media
import Recognition

/// Writes annotated pictures into a file, on a thread of its own.
final class Recorder {
  let path: String
  private let output: MediaOutput
  private let sink: DetachedSink

  /// Begins a file for pictures like `frame`, about `rate` a second.
  init(_ path: String, like frame: any Frame, rate: Double, _ request: RecordingRequest) throws {
    self.path = path
    var options = OutputOptions(codec: request.codec, quality: request.quality, force: request.force)
    options.whenWaiting = Terminal.sayWaiting
    output = try MediaOutput.create(path, like: frame, rate: rate, options: options)
    sink = DetachedSink(output, depth: 8)
  }

  /// - Throws: `BrokenOff` with what was kept: nothing more can be recorded.
  func add(_ frame: any Frame, _ result: FrameResult) throws {
    do { try sink.consume(frame, result) } catch { throw broken(error) }
  }

  /// Pictures that the encoder had no time for.
  var dropped: Int { sink.dropped }

  /// Completes the file under its name, or as a partial one; gives the name.
  /// - Throws: `BrokenOff` with what was kept.
  func finish(interrupted: Bool) throws -> String {
    do {
      try sink.finish()
      if dropped > 0 {
        Terminal.complain(
          "mien: \(counted(dropped, "picture is", "pictures are")) not in \(shown(path)): encoding took too long.\n")
      }
      if interrupted { return try output.keepPartial() ?? path }
      try output.commit()
      return path
    } catch { throw broken(error) }
  }

  private func broken(_ error: any Error) -> BrokenOff {
    BrokenOff(error, kept: (try? output.keepPartial()).map { [$0] } ?? [])
  }
}
