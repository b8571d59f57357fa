import Core
import Media
import Recognition

/// Devices that take the annotated pictures, for other programs to see as a camera.
enum LiveOutput {
  /// The device at `path` for pictures like `frame`, about `rate` a second, on a thread of its own.
  /// - Throws: `CameraError`.
  static func open(_ path: String, like frame: any Frame, rate: Double?) throws -> DetachedSink {
    let width = Int((Double(frame.width) * frame.pixelAspect).rounded())
    return DetachedSink(try CameraOutput(path, size: CameraSize(width: width, height: frame.height), rate: rate))
  }
}
