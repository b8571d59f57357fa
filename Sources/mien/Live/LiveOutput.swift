import Recognition

/// Devices that take the annotated pictures, for other programs to see as a camera.
enum LiveOutput {
  /// The device at `path` for pictures like `frame`, about `rate` a second, on a thread of its own.
  /// - Throws: `LiveError.noOutput`.
  static func open(_ path: String, like frame: any Frame, rate: Double?) throws -> DetachedSink {
    throw LiveError.noOutput(path)
  }
}
