import TestSupport

@testable import Networks

/// Weights for `graph` that keep activations of ordinary size; variances are positive.
func noiseWeights(_ graph: Graph) -> Weights {
  var weights: Weights = [:]
  for (index, (name, spec)) in graph.parameters.enumerated() {
    let count = spec.shape.reduce(1, *)
    let fanIn = Float(max(count / max(spec.shape.first ?? 1, 1), 1))
    var values = noise(count, seed: index, scale: spec.role == .weight ? (3 / fanIn).squareRoot() : 0.2)
    if name.hasSuffix("running_var") || name.hasSuffix("norm.weight") { values = values.map { 1 + $0 } }
    weights[name] = Tensor(shape: spec.shape, values)
  }
  return weights
}

/// Every value of the graph by the plain definitions, node after node.
func referenceRun(_ graph: Graph, _ weights: Weights, _ input: [Float], batch: Int) -> [[Float]] {
  var values = [input]
  for node in graph.nodes.dropFirst() {
    var output = [Float](repeating: .nan, count: batch * node.shape.count)
    let pointers = node.inputs.map { index in
      let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: values[index].count)
      _ = copy.initialize(from: values[index])
      return copy
    }
    output.withUnsafeMutableBufferPointer { buffer in
      node.operation!.reference(
        ForwardIO(
          batch: batch,
          inputs: zip(pointers, node.inputs).map { Activation($0.baseAddress!, graph.nodes[$1].shape) },
          parameters: node.parameters.map { weights[$0.name]! }, output: buffer.baseAddress!, outputShape: node.shape))
    }
    pointers.forEach { $0.deallocate() }
    values.append(output)
  }
  return values
}
