import Core
import Foundation
import Recognition
import WeightFiles
import Zoo

/// `mien models [list]`: the models that are there.
enum ModelsCommand {
  static let row = command(["models"])
  static let list = command(["models", "list"])

  private static func command(_ words: [String]) -> Command {
    Command(
      words: words,
      summary: "Lists the models that are there, and the architectures that can be trained.",
      details: [
        "Models are found in the folder that MIEN_MODELS names, else beside the program.",
        "Presets come first: names for --models that stand for one network or several. MACs are of a face: of two looks where the mirror "
          + "image is looked at, too. Figures are percent of FER2013's validation split, by its own labels and by people's votes.",
      ],
      examples: [("mien \(words.joined(separator: " "))", "lists presets, models and architectures with their cost")],
      run: run)
  }

  private static func run(_ arguments: Arguments) throws {
    let library = ModelLibrary()
    let presets = library.names.filter { library.preset($0) != nil }
    let rows = try (presets + library.names.filter { !presets.contains($0) }).map { try describe($0, library) }
    let width = rows.map(\.name.count).max() ?? 0
    let text = rows.map { padded($0.name, width) + "  \($0.text)\n" }.joined()
    try Terminal.print(shownLines(text + "\n" + architectures()))
  }

  /// The zoo as a table, for `--arch` and the key `arch` of configurations.
  private static func architectures() throws -> String {
    let head = ["architecture", "input", "parameters", "MACs", "published"]
    let rows =
      try [head]
      + zooTable.map { architecture in
        let graph = try architecture.graph()
        return [
          architecture.name, architecture.input.description, millions(graph.summary.parameters), millions(graph.macs),
          architecture.source,
        ]
      }
    let widths = head.indices.dropLast().map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map(padded).joined(separator: "  ") + "  \(row.last ?? "")\n"
    }.joined()
  }

  private static func describe(_ name: String, _ library: ModelLibrary) throws -> (name: String, text: String) {
    let paths = try library.paths([name])
    let models = paths.compactMap { try? Model(path: $0) }
    guard models.count == paths.count else { return (name, "cannot be read") }
    let cost = "\(megabytes(paths)) MB"
    guard let preset = library.preset(name) else {
      return (name, ([models[0].summary, cost] + [models[0].figures].compactMap(\.self)).joined(separator: ", "))
    }
    let looks = library.looksAtMirrorImages([name]) ? 2 : 1
    let macs = millions(models.reduce(0) { $0 + $1.graph.macs } * looks)
    let words: [String?] = [
      models.map(\.name).joined(separator: " + "), preset.purpose, "\(macs) MACs a face", cost, preset.validation,
    ]
    return (name, words.compactMap(\.self).joined(separator: ", "))
  }

  private static func megabytes(_ paths: [String]) -> String {
    let bytes = paths.compactMap { try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int }
    return oneDecimal(Double(bytes.reduce(0, +)) / 1e6)
  }
}

extension Model {
  /// Accuracy on FER2013's validation split, as the file says it.
  var figures: String? {
    guard let labels = metadata["validation_accuracy"], let people = metadata["validation_votes_accuracy"] else {
      return nil
    }
    return "FER2013 \(labels) %, people \(people) %"
  }

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
