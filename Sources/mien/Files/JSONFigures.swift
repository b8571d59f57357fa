import Core
import Foundation

/// Measured figures as JSON for machines.
enum JSONFigures {
  /// Writes `figures` with sorted keys to the file `target`, whole or not at all; `-` is standard output.
  static func write(_ figures: some Encodable, to target: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let data = try encoder.encode(figures)
    if target == "-" { return try Terminal.print(String(decoding: data, as: UTF8.self) + "\n") }
    try OutputFile.write(target, force: true, whenWaiting: Terminal.sayWaiting) { try $0.write(Array(data) + [10]) }
  }
}
