import Core
import Rows

/// Rows as they happen.
final class LiveRows {
  private let outlet: LineOutlet
  private var encoder: any RowEncoder

  /// Opens the place that `address` names.
  init(_ address: String, labels: LabelSet, force: Bool) throws {
    outlet = try LineOutlet(LineAddress(address), force: force)
    encoder = RowFormat.table.first { $0.name == "jsonl" }!.encoder(labels, false)
    if outlet.isListening { Terminal.complain("mien: Nobody listens at \(shown(address)): readers may come there.\n") }
  }

  /// Sends one row. False once nobody can read it.
  func add(_ result: FrameResult) -> Bool {
    var line: [UInt8] = []
    encoder.add(result, into: &line)
    return outlet.send(line)
  }

  /// Rows that did not get through.
  var dropped: Int { outlet.dropped }

  /// Whether they go to a file rather than to another program.
  var goToFile: Bool { if case .file = outlet.address { true } else { false } }

  /// Completes them; gives the name of the file, if they went to one. Where it `waits`, readers get all the rest.
  func finish(interrupted: Bool, waits: Bool) throws -> String? {
    let outcome = Result { try outlet.finish(interrupted: interrupted, waits: waits) }
    if dropped > 0 {
      Terminal.complain(
        "mien: \(counted(dropped, "row was", "rows were")) dropped: nobody at \(shown(outlet.address.text)) read them in time.\n"
      )
    }
    return try outcome.get()
  }
}
