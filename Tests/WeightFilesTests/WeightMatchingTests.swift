import Networks
import Testing
import WeightFiles

private func network() throws -> Graph {
  let b = GraphBuilder("tiny", input: Shape(height: 4, width: 4, channels: 1))
  let x = try b.add(Conv2d(b.input, out: 2, kernel: 3), "layer.0", b.input)
  let y = try b.add(Flatten(), "", b.add(BatchNorm2d(x), "layer.1", x))
  b.head("classifier", try b.add(Linear(y, out: 7), "fc", y))
  return b.graph()
}

private func weights(_ graph: Graph, _ start: String, but left: Set<String> = []) -> Weights {
  let named = graph.parameters.filter { !left.contains($0.name) }
  var weights = Weights(uniqueKeysWithValues: named.map { (start + $0.name, Tensor(shape: $0.spec.shape)) })
  weights["\(start)layer.1.num_batches_tracked"] = Tensor(shape: [])
  return weights
}

@Test(arguments: [
  "", "module.", "model.", "backbone.", "net.", "_orig_mod.", "model.module.", "_orig_mod.module.net.", "mein_netz.",
  "layer.", "a.b.c.d.",
])
func aBeginningThatAllNamesShareIsTakenOff(_ start: String) throws {
  let graph = try network()
  let names = Set(try WeightFile(weights: weights(graph, start)).matched(to: graph).keys)
  #expect(names == Set(graph.parameters.map(\.name)))
}

@Test func countersOfAveragedNetworksShareNoBeginning() throws {
  let graph = try network()
  var averaged = weights(graph, "module.")
  averaged["n_averaged"] = Tensor(shape: [])
  #expect(throws: Never.self) { try WeightFile(weights: averaged).matched(to: graph) }
}

@Test func whatIsMissingIsNamedAsTheNetworkNamesIt() throws {
  let graph = try network()
  func mismatch(_ weights: Weights) -> WeightMismatch? {
    do throws(WeightProblem) {
      _ = try WeightFile(weights: weights).matched(to: graph)
      return nil
    } catch {
      guard case .mismatch(let mismatch) = error else { return nil }
      return mismatch
    }
  }
  #expect(mismatch(weights(graph, "model.", but: ["fc.bias"])) == .init(missing: ["fc.bias"], extra: [], misshapen: []))
  var mixed = weights(graph, "")
  mixed["model.odd"] = Tensor(shape: [1])
  #expect(mismatch(mixed) == .init(missing: [], extra: ["model.odd"], misshapen: []))
}
