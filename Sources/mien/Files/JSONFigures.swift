import Foundation
import Networks

/// Measured figures as JSON for machines.
enum JSONFigures {
  /// Writes `figures` with sorted keys to the file `target`, whole or not at all; `-` is standard output.
  static func write(_ figures: some Encodable, to target: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let data = try encoder.encode(figures)
    if target == "-" { return try Terminal.print(String(decoding: data, as: UTF8.self) + "\n") }
    let file = try AtomicFile(path: target)
    try file.write(Array(data) + [10])
    try file.commit()
  }
}
