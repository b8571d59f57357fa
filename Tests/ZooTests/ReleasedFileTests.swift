import Networks
import Testing
import WeightFiles
import Zoo

/// Tensors that all look at one zero-filled allocation, so that large networks cost nothing.
private func views(_ shapes: [(String, [Int])]) -> Weights {
  let memory = FloatAllocation(count: shapes.map { $0.1.reduce(1, *) }.max() ?? 0)
  let tensors = shapes.map { name, shape in
    (name, Tensor(shape: shape, viewing: .init(rebasing: memory.elements[..<shape.reduce(1, *)]), of: memory))
  }
  return Weights(uniqueKeysWithValues: tensors)
}

private func shapes(_ graph: Graph) -> [(String, [Int])] { graph.parameters.map { ($0.name, $0.spec.shape) } }

/// A file of residual masking, as PyTorch saves it: projections of masking blocks twice, step counters, `module.`.
@Test func residualMaskingMatchesAsReleased() throws {
  let graph = try #require(Architecture.named("resmasking_dropout1")).graph()
  var saved = shapes(graph)
  for (name, path) in graph.synonyms {
    saved += shapes(graph).filter { $0.0.hasPrefix(path + ".") }.map { (name + $0.0.dropFirst(path.count), $0.1) }
  }
  saved += saved.filter { $0.0.hasSuffix("running_var") }.map {
    ($0.0.replacing("running_var", with: "num_batches_tracked"), [])
  }
  let matched = try WeightFile(weights: views(saved.map { ("module." + $0.0, $0.1) })).matched(to: graph)
  #expect(matched.count == graph.parameters.count)
  #expect(graph.synonyms.count == 20)
}

/// The released Inception keeps an auxiliary head for ImageNet's thousand classes beside a main head for seven.
@Test func inceptionMatchesWithAnotherAuxiliaryHead() throws {
  let architecture = try #require(Architecture.named("inception_v3"))
  let thousand = try shapes(architecture.graph(classes: 1000)).filter { $0.0.hasPrefix("AuxLogits.") }
  let main = try shapes(architecture.graph()).filter { !$0.0.hasPrefix("AuxLogits.") }
  let matched = try WeightFile(weights: views(main + thousand)).matched(to: architecture.graph())
  #expect(matched["AuxLogits.fc.weight"] == nil)
  #expect(matched["fc.weight"]?.shape == [7, 2048])
}

@Test func aMainHeadForOtherClassesIsRefused() throws {
  let architecture = try #require(Architecture.named("googlenet"))
  let thousand = try shapes(architecture.graph(classes: 1000).forInference())
  #expect(throws: WeightProblem.self) {
    try WeightFile(weights: views(thousand)).matched(to: architecture.graph())
  }
}
