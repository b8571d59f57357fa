import Core
import Rows

/// Rows of one format on their way to a file or to standard output.
final class RowsSink {
  /// Where they go.
  let file: any OutputSink
  /// Frames so far.
  private(set) var count = 0
  private var encoder: any RowEncoder
  private var bytes: [UInt8] = []

  /// Begins the file.
  init(
    _ format: RowFormat, path: String, labels: LabelSet, several: Bool, force: Bool, _ context: SessionContext
  ) throws {
    file = path == "-" ? StandardOutput() : try OutputFile(path, force: force) { context.notify(.waiting($0)) }
    encoder = format.encoder(labels, several)
    encoder.begin(into: &bytes)
    try flush()
  }

  /// Adds what one frame says.
  func add(_ result: FrameResult) throws {
    count += 1
    encoder.add(result, into: &bytes)
    try flush()
  }

  /// Nothing follows.
  func finish(end: Double?) throws {
    encoder.finish(end: end, into: &bytes)
    try flush()
  }

  private func flush() throws {
    guard !bytes.isEmpty else { return }
    try file.write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
