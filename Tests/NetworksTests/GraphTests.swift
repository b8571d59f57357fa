import Networks
import Testing

@Test func graphInfersShapesAndNames() throws {
  let b = GraphBuilder("tiny", input: Shape(height: 48, width: 48, channels: 1))
  let x = try b.add(Conv2d(b.input, out: 16, kernel: 3, stride: 2, padding: 1), "features.0", b.input)
  b.head("classifier", x)
  let graph = b.graph()
  #expect(x.shape == Shape(height: 24, width: 24, channels: 16))
  #expect(graph.parameters.map(\.name) == ["features.0.weight", "features.0.bias"])
  #expect(graph.macs == 24 * 24 * 16 * 9)
}

@Test func graphNamesThePathOfAMisfit() throws {
  let b = GraphBuilder("tiny", input: Shape(height: 2, width: 2, channels: 1))
  #expect(throws: ShapeError.self) { try b.add(Conv2d(b.input, out: 4, kernel: 5), "features.0", b.input) }
}
