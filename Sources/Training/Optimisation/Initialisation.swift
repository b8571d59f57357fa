import Foundation
import Networks

/// Random weights as PyTorch's layers start: uniform within `1/sqrt(fan-in)` for convolutions, linear layers and their
/// biases (He et al., 2015, with slope √5); batch norm the identity.
public func initialWeights(_ graph: Graph, seed: Int) -> Weights {
  var random = RandomStream(seed, 0x1417)
  var weights: Weights = [:]
  for node in graph.nodes {
    let bound = node.fanIn.map { 1 / Float($0).squareRoot() } ?? 0
    for (name, spec) in node.parameters where weights[name] == nil {
      let tensor = Tensor(shape: spec.shape)
      weights[name] = tensor
      if node.operation is BatchNorm2d {
        tensor.elements.update(repeating: ["weight", "running_var"].contains(spec.name) ? 1 : 0)
      } else {
        for i in tensor.elements.indices { tensor.elements[i] = bound * random.signed() }
      }
    }
  }
  return weights
}

extension Node {
  /// Inputs of each output: the weight's elements but for its first extent.
  fileprivate var fanIn: Int? {
    operation?.parameters.first { $0.name == "weight" }.map { max($0.shape.dropFirst().reduce(1, *), 1) }
  }
}
