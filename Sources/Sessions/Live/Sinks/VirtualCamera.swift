import Core
import Media
import Recognition

/// A video device that takes the annotated frames, for other programs to see as a camera. It is written on a thread of its own.
final class VirtualCamera: LiveSink {
  let name: String
  let takesFrames = true
  private var output: DetachedSink?

  /// - Throws: `CameraError` where there is no such device.
  init(_ path: String) throws {
    try CameraOutput.check(path)
    name = path
  }

  func begin(like frame: any Frame, rate: Double?) throws {
    let width = Int((Double(frame.width) * frame.pixelAspect).rounded())
    output = DetachedSink(try CameraOutput(name, size: CameraSize(width: width, height: frame.height), rate: rate))
  }

  func take(_ frame: any Frame, _ result: FrameResult) throws { try output?.consume(frame, result) }

  func finish(_ ending: LiveEnding) throws -> String? {
    try output?.finish()
    return nil
  }
}
