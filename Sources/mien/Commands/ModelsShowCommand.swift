import Networks
import Recognition
import Training

/// `mien models show NAME`: layers, shapes, parameters and multiply-accumulates.
enum ModelsShowCommand {
  static let row = Command(
    words: ["models", "show"],
    summary: "Shows a model's layers, shapes, parameters and multiply-accumulates.",
    operands: [Operand(placeholder: "NAME", kind: .text)],
    details: ["NAME is a model's name or file; an ensemble shows its members."],
    examples: [("mien models show mien_vgg", "shows each layer of the network")],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let models = try ModelLibrary().load(arguments.operands)
    try Terminal.print(shownLines(models.map(text).joined(separator: "\n")))
  }

  private static func text(_ model: Model) -> String {
    let hidden = TrainedOn.keys.union(["graph"])
    let words = model.metadata.filter { !hidden.contains($0.key) }.sorted { $0.key < $1.key }.map {
      "\($0.key): \($0.value)"
    }
    let summary = model.graph.summary
    let total =
      "\(grouped(summary.parameters)) parameters, \(grouped(summary.buffers)) running statistics, \(grouped(summary.macs)) MACs"
    return ["\(model.name): \(model.summary)", "", summary.table, total, "", words.joined(separator: "\n"), ""]
      .joined(separator: "\n")
  }
}
