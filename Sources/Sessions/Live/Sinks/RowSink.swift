import Core
import Rows

/// Rows as they happen, to a file or to other programs.
final class RowSink: LiveSink {
  let name: String
  private let outlet: RowBroadcaster
  private let context: SessionContext
  private var encoder: any RowEncoder

  /// Opens the place that `address` names.
  init(_ address: String, labels: LabelSet, force: Bool, _ context: SessionContext) throws {
    (name, self.context) = (address, context)
    outlet = try RowBroadcaster(RowAddress(address), force: force, context)
    encoder = RowFormat.jsonl.encoder(labels, false)
    if outlet.isListening { context.notify(.listening(address)) }
  }

  /// Rows that did not get through.
  var dropped: Int { outlet.dropped }

  /// False once nobody can read it.
  /// - Throws: what went wrong with a file.
  func take(_ result: FrameResult) throws -> Bool {
    var line: [UInt8] = []
    encoder.add(result, into: &line)
    if outlet.send(line) { return true }
    guard goesToFile else { return false }
    _ = try outlet.finish(interrupted: true)
    return true
  }

  /// A file is left out when it takes no more; a reader that has gone ends the session.
  private var goesToFile: Bool { if case .file = outlet.address { true } else { false } }

  func finish(_ ending: LiveEnding) throws -> String? {
    let outcome = Result { try outlet.finish(interrupted: ending.isPartial, waits: ending.waits) }
    if dropped > 0 { context.notify(.rowsDropped(dropped, address: name)) }
    return try outcome.get()
  }
}
