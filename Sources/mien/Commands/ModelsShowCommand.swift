import Networks
import Recognition

/// `mien models show NAME`: layers, shapes, parameters and multiply-accumulates.
enum ModelsShowCommand {
  static let row = Command(
    words: ["models", "show"],
    summary: "Shows a model's layers, shapes, parameters and multiply-accumulates.",
    operands: [Operand(placeholder: "NAME", kind: .text)],
    details: ["NAME is a model's name or file; an ensemble shows its members."],
    examples: [("mien models show starter", "shows each layer of the starter network")],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let models = try ModelLibrary().load(arguments.operands)
    try Terminal.print(models.map(text).joined(separator: "\n"))
  }

  private static func text(_ model: Model) -> String {
    let words = model.metadata.filter { $0.key != "graph" }.sorted { $0.key < $1.key }
    let lines =
      ["\(model.name): \(model.summary)", ""] + table(model.graph) + [""] + words.map { "\($0.key): \($0.value)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(_ graph: Graph) -> [String] {
    let rows =
      [["layer", "operation", "output", "parameters", "MACs"]] + graph.nodes.dropFirst().map { cells($0, graph) }
      + [["total", "", "", String(total(graph)), String(graph.macs)]]
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        column < 3 ? padded(cell.0, cell.1) : padded("", cell.1 - cell.0.count) + cell.0
      }.joined(separator: "  ")
    }
  }

  private static func cells(_ node: Node, _ graph: Graph) -> [String] {
    let macs = node.operation!.macs(node.inputs.map { graph.nodes[$0].shape }, node.shape)
    let name = type(of: node.operation!).name
    return [node.path.isEmpty ? "-" : node.path, name, node.shape.description, String(parameters(node)), String(macs)]
  }

  private static func parameters(_ node: Node) -> Int {
    node.parameters.filter { $0.spec.role != .buffer }.reduce(0) { $0 + $1.spec.shape.reduce(1, *) }
  }

  private static func total(_ graph: Graph) -> Int { graph.nodes.reduce(0) { $0 + parameters($1) } }
}
