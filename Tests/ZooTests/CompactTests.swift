import Testing
import Zoo

@Test(arguments: zooTable.filter { $0.family == "compact" }.map(\.name))
func compactNetKeepsToItsBudget(name: String) throws {
  let graph = try #require(Architecture.named(name)).graph()
  let floats = graph.parameters.reduce(0) { $0 + $1.spec.shape.reduce(1, *) }
  print("\(name): \(graph.macs) multiply-accumulates, \(floats) floats")
  let isLarge = name.contains("large") || name.contains("medium")
  #expect(graph.macs <= (isLarge ? 230_000_000 : 80_000_000))
  #expect(floats * 4 <= (isLarge ? 14_000_000 : 6_000_000))
  #expect(graph.heads.map(\.name) == ["classifier", "votes"])
  #expect(graph.heads.map { graph.nodes[$0.node].shape.channels } == [7, 8])
}

@Test func vggSmallHasThePublishedLayers() throws {
  let graph = try #require(Architecture.named("vgg_small")).graph()
  let shapes = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.spec.shape) })
  #expect(shapes["features.24.weight"] == [192, 96, 3, 3])
  #expect(shapes["features.31.running_var"] == [192])
  #expect(shapes["classifier.weight"] == [7, 768])
  #expect(shapes["votes.weight"] == [8, 768])
  #expect(shapes.count == 10 * 5 + 4)
}
