import Networks

extension Graph {
  /// The part that decides one head.
  func deciding(_ head: String) -> Graph {
    var graph = self
    for index in graph.heads.indices { graph.heads[index].trainingOnly = graph.heads[index].name != head }
    return graph.forInference()
  }

  /// The node that a layer's name stands for: the module of that path itself, or what leaves the block of that path,
  /// with the additions, products and activations that follow it and nothing else. Nil where there is none.
  func layer(_ name: String) -> Int? {
    if let module = nodes.lastIndex(where: { $0.path == name }) { return module }
    return nodes.lastIndex { $0.path.hasPrefix(name + ".") }.map(leaving)
  }

  /// The layer that Grad-CAM explains unless another is asked for: the last map of more than one pixel before pooling.
  var defaultLayer: Int? {
    nodes.indices.last { nodes[$0].shape.pixels > 1 && nodes[$0].operation.map { !isPooling($0) } == true }
  }

  /// Paths of the convolutions, in order.
  var convolutions: [String] { nodes.filter { $0.operation is Conv2d }.map(\.path) }

  /// What people call `node`: its path, or that of the module before it and what it does to it.
  func layerName(_ node: Int) -> String {
    guard let operation = nodes[node].operation else { return "input" }
    let kind = type(of: operation).name
    if !nodes[node].path.isEmpty { return nodes[node].path }
    let before = nodes[..<node].last { !$0.path.isEmpty }?.path ?? "input"
    return "\(kind) after \(before)"
  }

  private func leaving(_ node: Int) -> Int {
    let readers = nodes.indices.filter { nodes[$0].inputs.contains(node) }
    guard readers.count == 1, let operation = nodes[readers[0]].operation, isElementwise(operation) else { return node }
    return leaving(readers[0])
  }

  private func isElementwise(_ operation: any Operation) -> Bool {
    operation is Add || operation is Multiply || operation is Affine || operation is Softmax
      || operation.function != nil || operation is GuidedReLU
  }

  private func isPooling(_ operation: any Operation) -> Bool {
    operation is MaxPool2d || operation is AvgPool2d || operation is AdaptiveAvgPool2d
      || operation is AdaptiveMaxPool2d || operation is Dropout
  }
}
