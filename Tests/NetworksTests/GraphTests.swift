import Foundation
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

/// A graph as a file has it, of `nodes`, with a head on the last.
private func coded(_ nodes: String, input: String = #"{"height":8,"width":8,"channels":1}"#, heads: String) throws
  -> Graph
{
  let text = #"{"name":"x","input":\#(input),"nodes":[\#(nodes)],"heads":\#(heads)}"#
  return try JSONDecoder().decode(Graph.self, from: Data(text.utf8))
}

private func head(_ node: Int) -> String { #"[{"name":"classifier","node":\#(node),"trainingOnly":false}]"# }

private func padded(_ rows: Int, inputs: String) -> String {
  #"{"operation":"zero_pad2d","path":"","inputs":\#(inputs),"settings":{"top":\#(rows),"bottom":0,"left":\#(rows),"right":0}}"#
}

@Test func graphsFromFilesMustHaveAHeadThatSpeaks() {
  let relu = #"{"operation":"relu","path":"","inputs":[0],"settings":{}}"#
  #expect(throws: GraphCodingError.noHead) { try coded(relu, heads: "[]") }
  let silent = #"[{"name":"aux","node":1,"trainingOnly":true}]"#
  #expect(throws: GraphCodingError.noHead) { try coded(relu, heads: silent) }
  #expect(throws: GraphCodingError.badInput(path: "classifier")) { try coded(relu, heads: head(2)) }
  #expect(throws: GraphCodingError.badInput(path: "")) {
    try coded(#"{"operation":"relu","path":"","inputs":[1],"settings":{}}"#, heads: head(1))
  }
  #expect(throws: Never.self) { try coded(relu, heads: head(1)) }
}

@Test func graphsFromFilesMayNotAskForMemoryWithoutBound() {
  #expect(throws: GraphCodingError.tooLarge(path: "")) { try coded(padded(1 << 14, inputs: "[0]"), heads: head(1)) }
  let many = (0..<12).map { _ in padded(5000, inputs: "[0]") }.joined(separator: ",")
  let all = #"{"operation":"concat","path":"","inputs":[1,2,3,4],"settings":{}}"#
  func refused(_ nodes: String, _ last: Int) -> Bool {
    do { _ = try coded(nodes, heads: head(last)) } catch GraphCodingError.tooMuchMemory { return true } catch {}
    return false
  }
  let sum = (0..<11).map {
    #"{"operation":"add","path":"","inputs":[\#($0 == 0 ? 1 : $0 + 12),\#($0 + 2)],"settings":{}}"#
  }
  #expect(refused(many + "," + sum.joined(separator: ","), 23), "each value is small enough, twelve at once are not")
  #expect(!refused(padded(5000, inputs: "[0]"), 1))
  #expect(throws: GraphCodingError.tooLarge(path: "")) { try coded(many + "," + all, heads: head(13)) }
  for input in [#"{"height":-1,"width":8,"channels":1}"#, #"{"height":4611686018427387904,"width":4,"channels":4}"#] {
    #expect(throws: GraphCodingError.tooLarge(path: "input")) {
      try coded(padded(1, inputs: "[0]"), input: input, heads: head(1))
    }
  }
}

@Test func memoryIsRefusedBeforeItIsAskedFor() throws {
  let b = GraphBuilder("wide", input: Shape(height: 1 << 20, width: 1 << 10, channels: 16))
  let x = try b.add(Upsample(to: Extent(1 << 20, 1 << 11), alignCorners: false), "", b.input)
  b.head("classifier", try b.add(ReLU(), "", b.add(Softmax(), "", x)))
  func refused(_ body: () throws -> Void) -> Bool {
    do { try body() } catch ExecutorError.tooMuchMemory { return true } catch GradientError.tooMuchMemory {
      return true
    } catch {}
    return false
  }
  let graph = b.graph()
  #expect(refused { _ = try Executor(graph: graph, weights: [:], batch: 64) })
  #expect(refused { _ = try GradientExecutor(graph: graph, weights: [:], batch: 64, pool: ThreadPool(threads: 1)) })
}
