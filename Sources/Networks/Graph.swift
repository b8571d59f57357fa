/// A value in a graph: the output of one node.
public struct Value: Hashable, Sendable {
  /// Index of the node in `Graph.nodes`.
  public let node: Int
  /// Extent of one image.
  public let shape: Shape
}

/// One operation in its place.
public struct Node: Sendable {
  /// What is computed. `nil` for the graph's input.
  public var operation: (any Operation)?
  /// Indices of the nodes that it reads; always smaller than its own.
  public var inputs: [Int]
  /// Prefix of its parameters' names, as in PyTorch (`layer1.0.conv1`); empty when it has none.
  public var path: String
  /// Extent of one image of the output.
  public var shape: Shape
}

/// An output that people read, with its classes in order.
public struct Head: Sendable, Codable {
  /// Name: that of its parameters for a network with several heads (`classifier`, `votes`).
  public var name: String
  /// Node with the logits.
  public var node: Int
  /// Exists in training only (GoogLeNet's and Inception's auxiliary heads).
  public var trainingOnly: Bool
}

/// A network: operations in topological order. Inference, training, weight import and summaries all read this.
public struct Graph: Sendable {
  /// The architecture's name.
  public var name: String
  /// Node 0 is the input.
  public var nodes: [Node]
  /// Outputs; the first is the main one.
  public var heads: [Head]
  /// Paths under which PyTorch's files list modules a second time (two names of one module), with the paths used here.
  public var synonyms: [String: String] = [:]

  /// Extent of one input image.
  public var input: Shape { nodes[0].shape }

  /// Every parameter and buffer by full name, in order of the nodes; a name that several nodes share appears once.
  public var parameters: [(name: String, spec: ParameterSpec)] {
    var seen = Set<String>()
    return nodes.flatMap(\.parameters).filter { seen.insert($0.name).inserted }
  }

  /// Multiply-accumulates for one image; the largest number where there are more.
  public var macs: Int {
    nodes.reduce(0) { sum, node in
      let (total, overflow) = sum.addingReportingOverflow(
        node.operation?.macs(node.inputs.map { nodes[$0].shape }, node.shape) ?? 0)
      return overflow ? .max : total
    }
  }

  /// The part that inference needs: training-only heads and what only they read are left out.
  public func forInference() -> Graph {
    let kept = heads.filter { !$0.trainingOnly }
    let needed = ancestors(of: kept.map(\.node))
    var renumbered = [Int: Int]()
    var result = Graph(name: name, nodes: [], heads: [], synonyms: synonyms)
    for (index, node) in nodes.enumerated() where needed.contains(index) {
      renumbered[index] = result.nodes.count
      var node = node
      node.inputs = node.inputs.map { renumbered[$0]! }
      result.nodes.append(node)
    }
    result.heads = kept.map { Head(name: $0.name, node: renumbered[$0.node]!, trainingOnly: false) }
    return result
  }

  func ancestors(of roots: [Int]) -> Set<Int> {
    var found: Set<Int> = [0]
    var open = roots
    while let index = open.popLast() {
      if found.insert(index).inserted { open += nodes[index].inputs }
    }
    return found
  }
}

extension Node {
  /// Parameters and buffers with their full names.
  public var parameters: [(name: String, spec: ParameterSpec)] {
    (operation?.parameters ?? []).map { (path.isEmpty ? $0.name : "\(path).\($0.name)", $0) }
  }
}
