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
    output = try MediaOutput.create(
      path, like: frame, rate: rate,
      options: OutputOptions(codec: request.codec, quality: request.quality, force: request.force))
    sink = DetachedSink(output, depth: 8)
  }

  func add(_ frame: any Frame, _ result: FrameResult) throws { try sink.consume(frame, result) }

  /// Pictures that the encoder had no time for.
  var dropped: Int { sink.dropped }

  /// Completes the file under its name, or as a partial one; gives the name.
  func finish(interrupted: Bool) throws -> String {
    try sink.finish()
    if dropped > 0 { Terminal.complain("mien: \(dropped) pictures are not in \(path): encoding them took too long.\n") }
    if interrupted { return try output.keepPartial() }
    try output.commit()
    return path
  }
}
