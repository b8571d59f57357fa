import Foundation
import Networks
import Recognition

/// `mien models [list]`: the models that are there.
enum ModelsCommand {
  static let row = command(["models"])
  static let list = command(["models", "list"])

  private static func command(_ words: [String]) -> Command {
    Command(
      words: words,
      summary: "Lists the models that are there.",
      details: ["Models are found in the folder that MIEN_MODELS names, else beside the program."],
      examples: [("mien \(words.joined(separator: " "))", "lists names, architectures, inputs and classes")],
      run: run)
  }

  private static func run(_ arguments: Arguments) throws {
    let library = ModelLibrary()
    let rows = try library.names.map { try describe($0, library) }
    let width = rows.map(\.name.count).max() ?? 0
    try Terminal.print(rows.map { padded($0.name, width) + "  \($0.text)\n" }.joined())
  }

  private static func describe(_ name: String, _ library: ModelLibrary) throws -> (name: String, text: String) {
    let paths = try library.paths([name])
    if paths.count == 1, let model = try? Model(path: paths[0]), model.name == name { return (name, model.summary) }
    return (
      name, paths.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }.joined(separator: " + ")
    )
  }
}

extension Model {
  /// Architecture, input, size and heads, in a line.
  var summary: String {
    let heads = heads.map { "\($0.name) (\($0.labels.names.count) classes)" }.joined(separator: ", ")
    return
      "\(graph.name), input \(graph.input), \(millions(graph.summary.parameters)) parameters, \(millions(graph.macs)) MACs, \(heads)"
  }
}

/// `1.08 M`, or the number itself where it is small.
func millions(_ count: Int) -> String {
  count < 100_000 ? String(count) : String(format: "%.2f M", Double(count) / 1e6)
}

/// Writes a model file; one that is there is replaced only where `force` says so.
func save(_ file: WeightFile, to target: String, force: Bool) throws {
  if !force, FileManager.default.fileExists(atPath: target) { throw OutputFileError.exists(target) }
  try file.write(safetensors: target)
}
