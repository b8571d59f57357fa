/// Builds a graph, one call an operation; shapes are inferred and checked as it grows.
///
///     let b = try GraphBuilder("tiny", input: Shape(height: 48, width: 48, channels: 1))
///     var x = try b.add(Conv2d(b.input, out: 16, kernel: 3, padding: 1), "features.0", b.input)
///     x = try b.add(ReLU(), x)
///     b.head("classifier", x)
///
/// The families in Zoo wrap `add` in short helpers. Not thread-safe; throw it away after `graph()`.
public final class GraphBuilder {
  /// The graph's input.
  public let input: Value
  private var result: Graph

  /// An empty graph called `name` that takes images of `input`.
  public init(_ name: String, input: Shape) {
    self.input = Value(node: 0, shape: input)
    result = Graph(name: name, nodes: [Node(operation: nil, inputs: [], path: "", shape: input)], heads: [])
  }

  /// Appends `operation` on `inputs`; `path` is the PyTorch prefix of its parameters.
  /// - Throws: `ShapeError.unfit`, with the path, where the shapes do not fit.
  public func add(_ operation: any Operation, _ path: String = "", _ inputs: Value...) throws(ShapeError) -> Value {
    try add(operation, path, inputs)
  }

  /// Appends `operation` on any number of `inputs`.
  /// - Throws: `ShapeError.unfit`, with the path, where the shapes do not fit.
  public func add(_ operation: any Operation, _ path: String, _ inputs: [Value]) throws(ShapeError) -> Value {
    let shapes = inputs.map(\.shape)
    let shape: Shape
    do {
      shape = try operation.outputShape(shapes)
    } catch .unfit(let operation, _, let shapes, let detail) {
      throw .unfit(operation: operation, path: path, shapes: shapes, detail: detail)
    }
    result.nodes.append(Node(operation: operation, inputs: inputs.map(\.node), path: path, shape: shape))
    return Value(node: result.nodes.count - 1, shape: shape)
  }

  /// Declares `value` an output.
  public func head(_ name: String, _ value: Value, trainingOnly: Bool = false) {
    result.heads.append(Head(name: name, node: value.node, trainingOnly: trainingOnly))
  }

  /// Says that PyTorch's files list the module at `path` a second time, as `name`.
  public func synonym(_ name: String, of path: String) { result.synonyms[name] = path }

  /// The finished graph.
  public func graph() -> Graph { result }
}
