import CAllocations
import TestSupport
import Testing

@testable import Networks

/// A small residual network with every kind of fusion in it.
private func residual(channels: Int = 16) throws -> Graph {
  let b = GraphBuilder("residual", input: Shape(height: 20, width: 18, channels: 3))
  var x = try b.add(Conv2d(b.input, out: channels, kernel: 3, padding: 1, bias: false), "stem", b.input)
  x = try b.add(BatchNorm2d(x), "stem_norm", x)
  x = try b.add(ReLU(), "", x)
  for block in 0..<2 {
    let stride: Extent = block == 0 ? 1 : 2
    var y = try b.add(Conv2d(x, out: channels, kernel: 3, stride: stride, padding: 1), "block\(block).conv1", x)
    y = try b.add(BatchNorm2d(y), "block\(block).norm", y)
    y = try b.add(ReLU(), "", y)
    y = try b.add(Conv2d(y, out: channels, kernel: 3, padding: 1), "block\(block).conv2", y)
    let side = try block == 0 ? x : b.add(Conv2d(x, out: channels, kernel: 1, stride: 2), "block\(block).side", x)
    x = try b.add(Add(), "", y, side)
    x = try b.add(ReLU(), "", x)
  }
  let pooled = try b.add(AdaptiveAvgPool2d(), "", x)
  let flat = try b.add(Dropout(0.4), "", b.add(Flatten(), "", pooled))
  b.head("classifier", try b.add(Linear(flat, out: 7), "fc", flat))
  b.head("votes", try b.add(Linear(flat, out: 8), "votes", flat))
  return b.graph()
}

@Suite struct ExecutorTests {
  @Test(arguments: [1, 2, 5]) func equalsTheReference(batch: Int) throws {
    let graph = try residual()
    let weights = noiseWeights(graph)
    let input = noise(batch * graph.input.count, seed: 7)
    let expected = referenceRun(graph, weights, input, batch: batch)
    let executor = try Executor(graph: graph, weights: weights, batch: batch)
    _ = executor.input.update(fromContentsOf: input)
    executor.run()
    for head in graph.heads { #expect(relativeError(executor.output(head.name)!, expected[head.node]) < 1e-5) }
  }

  @Test func fusesAndFolds() throws {
    let graph = try residual()
    let executor = try Executor(graph: graph, weights: noiseWeights(graph))
    #expect(executor.layers.map(\.step.absorbed.count) == [3, 3, 3, 3, 1, 3, 1, 1, 1])
  }

  @Test func sameBitsForAnyNumberOfThreads() throws {
    let graph = try residual(channels: 40)
    let weights = noiseWeights(graph)
    let input = noise(3 * graph.input.count, seed: 9)
    let results = try [1, 2, 3, 4].map { threads in
      let executor = try Executor(graph: graph, weights: weights, batch: 3, pool: ThreadPool(threads: threads))
      _ = executor.input.update(fromContentsOf: input)
      for _ in 0..<20 { executor.run() }
      return Array(executor.output("votes")!).map(\.bitPattern)
    }
    for result in results { #expect(result == results[0]) }
  }

  /// Counted in this thread; the pool's other workers do the same work.
  @Test(.enabled(if: mien_can_count_allocations() == 1, "skipped: a sanitizer has an allocator of its own"))
  func aRunAllocatesNothing() throws {
    let graph = try residual(channels: 40)
    for threads in [1, 2] {
      let executor = try Executor(
        graph: graph, weights: noiseWeights(graph), batch: 2, pool: ThreadPool(threads: threads))
      executor.run()
      mien_count_allocations()
      for _ in 0..<10 { executor.run() }
      #expect(mien_counted_allocations() == 0)
    }
    mien_count_allocations()
    _ = FloatAllocation(count: 100)
    #expect(mien_counted_allocations() > 0, "the counter counts")
  }

  @Test func keepsWhatIsAsked() throws {
    let graph = try residual()
    let weights = noiseWeights(graph)
    let input = noise(graph.input.count, seed: 3)
    let expected = referenceRun(graph, weights, input, batch: 1)
    let kept = graph.nodes.indices.filter { graph.nodes[$0].operation is Conv2d || graph.nodes[$0].operation is ReLU }
    let executor = try Executor(graph: graph, weights: weights, keep: Set(kept))
    _ = executor.input.update(fromContentsOf: input)
    executor.run()
    for node in kept { #expect(relativeError(executor.value(of: node)!, expected[node]) < 1e-5) }
  }

  @Test func smallerBatchLeavesTheRest() throws {
    let graph = try residual()
    let weights = noiseWeights(graph)
    let input = noise(4 * graph.input.count, seed: 5)
    let expected = referenceRun(graph, weights, input, batch: 4)
    let executor = try Executor(graph: graph, weights: weights, batch: 4)
    _ = executor.input.update(fromContentsOf: input)
    executor.run(batch: 2)
    #expect(relativeError(executor.output("classifier")!.prefix(14), expected[graph.heads[0].node].prefix(14)) < 1e-5)
  }

  @Test func namesMissingAndMisshapenParameters() throws {
    let graph = try residual()
    var weights = noiseWeights(graph)
    weights["fc.bias"] = Tensor(shape: [6])
    #expect(throws: ExecutorError.misshapen(parameter: "fc.bias", expected: [7], found: [6])) {
      try Executor(graph: graph, weights: weights)
    }
    weights["fc.bias"] = nil
    #expect(throws: ExecutorError.missing(parameter: "fc.bias")) { try Executor(graph: graph, weights: weights) }
  }

  @Test func poolDoesEveryPartOnce() {
    let pool = ThreadPool(threads: 3)
    for parts in [0, 1, 2, 3, 17, 200] {
      let counts = FloatAllocation(count: max(parts, 1))
      pool.run(parts: parts) { part, worker in counts.elements[part] += Float(worker < 3 ? 1 : 100) }
      #expect(counts.elements.prefix(parts).allSatisfy { $0 == 1 })
    }
  }
}
