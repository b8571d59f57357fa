/// What a graph is made of, for people: layer by layer and in total.
public struct GraphSummary: Sendable, Codable {
  /// One node.
  public struct Row: Sendable, Codable {
    /// Place in the graph; what `inputs` refer to.
    public var index: Int
    /// The operation's name in `operationTable`; `input` for the input.
    public var operation: String
    /// PyTorch's path of its parameters; empty where it has none.
    public var path: String
    /// Nodes that it reads.
    public var inputs: [Int]
    /// Extent of one image of its output.
    public var output: Shape
    /// Trained numbers (running statistics are not counted, as in PyTorch's `parameters()`); those shared with an earlier
    /// node count there.
    public var parameters: Int
    /// Multiply-accumulates for one image.
    public var macs: Int
  }

  /// The architecture's name.
  public var name: String
  /// Nodes in the order in which they run.
  public var rows: [Row]
  /// Trained numbers in all.
  public var parameters: Int
  /// Running statistics in all.
  public var buffers: Int
  /// Multiply-accumulates for one image: those of convolutions and linear layers, as torchvision and fvcore count them.
  public var macs: Int
}

extension Graph {
  /// Layers, shapes, parameters and multiply-accumulates of the whole graph, training-only heads included; summarise
  /// `forInference()` to leave them out.
  public var summary: GraphSummary {
    var counted = Set<String>()
    let rows = nodes.enumerated().map { row($0, $1, &counted) }
    return GraphSummary(
      name: name, rows: rows, parameters: rows.reduce(0) { $0 + $1.parameters },
      buffers: parameters.filter { $0.spec.role == .buffer }.reduce(0) { $0 + $1.spec.count }, macs: macs)
  }

  private func row(_ index: Int, _ node: Node, _ counted: inout Set<String>) -> GraphSummary.Row {
    let fresh = node.parameters.filter { $0.spec.role != .buffer && counted.insert($0.name).inserted }
    return GraphSummary.Row(
      index: index, operation: node.operation.map { type(of: $0).name } ?? "input", path: node.path,
      inputs: node.inputs, output: node.shape, parameters: fresh.reduce(0) { $0 + $1.spec.count },
      macs: node.operation?.macs(node.inputs.map { nodes[$0].shape }, node.shape) ?? 0)
  }
}

extension ParameterSpec {
  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
}

extension GraphSummary {
  /// Aligned columns with a heading, one line a node.
  public var table: String {
    let heading = ["#", "operation", "path", "inputs", "output", "parameters", "MACs"]
    let cells = [heading] + rows.map(\.cells)
    let widths = heading.indices.map { column in cells.map { $0[column].count }.max()! }
    return cells.map { line($0, widths) }.joined(separator: "\n")
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).enumerated().map { column, cell in
      let space = String(repeating: " ", count: cell.1 - cell.0.count)
      return column == 0 || column > 4 ? space + cell.0 : cell.0 + space
    }
    return padded.joined(separator: "  ")
  }
}

extension GraphSummary.Row {
  fileprivate var cells: [String] {
    [
      String(index), operation, path, inputs.map(String.init).joined(separator: " "), output.description,
      parameters == 0 ? "" : grouped(parameters), macs == 0 ? "" : grouped(macs),
    ]
  }
}

/// `1234567` as `1,234,567`.
public func grouped(_ number: Int) -> String {
  let digits = Array(String(number))
  return digits.enumerated().reduce(into: "") { text, digit in
    if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text.append(",") }
    text.append(digit.element)
  }
}
