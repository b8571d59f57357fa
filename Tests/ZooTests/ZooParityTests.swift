import Foundation
import Networks
import TestSupport
import Testing
import Zoo

@Test func everyArchitectureIsCompared() {
  #expect(zooCases.map(\.architecture).sorted() == zooTable.map(\.name).sorted())
}

/// The whole table in one run of the oracle: all outputs, auxiliary heads too, and the names and shapes of all tensors.
@Test(.enabled(if: Python.has("torchvision"), "skipped: no python3-torchvision"))
func networksEqualPyTorch() throws {
  let oracle = try Oracle(zooCases)
  var expected = try FloatFile.read(oracle.outputs)[...]
  for test in zooCases {
    try expectSameTensors(test, oracle.names[test.architecture] ?? [:])
    for run in test.runs {
      let ours = try outputs(test, run)
      let theirs = ours.map { head in
        defer { expected = expected.dropFirst(head.count) }
        return expected.prefix(head.count)
      }
      let errors = zip(ours, theirs).map { relativeError($0, $1) }
      print("\(test.architecture) at \(run.size), batch \(run.batch): \(errors)")
      #expect(errors.allSatisfy { $0 <= 1e-4 }, "\(test.architecture) at \(run.size), batch \(run.batch): \(errors)")
    }
  }
  #expect(expected.isEmpty)
}

private struct Oracle {
  let folder: Scratch
  let outputs: URL
  let names: [String: [String: [Int]]]

  init(_ cases: [ZooCase]) throws {
    folder = try Scratch()
    outputs = folder.file("outputs.f32")
    let (list, tensors) = (folder.file("cases.json"), folder.file("names.json"))
    try JSONEncoder().encode(cases).write(to: list)
    let script = TestData.packageRoot.appendingPathComponent("Tests/ZooTests/Oracle/zoo.py")
    try Python.run(file: script, list.path, outputs.path, tensors.path)
    names = try JSONDecoder().decode([String: [String: [Int]]].self, from: Data(contentsOf: tensors))
  }
}

/// Every head's values, auxiliary ones included, as the executor computes them.
private func outputs(_ test: ZooCase, _ run: ZooCase.Run) throws -> [[Float]] {
  let input = Shape(height: run.size, width: run.size, channels: test.channels)
  var graph = try #require(Architecture.named(test.architecture)).graph(input: input)
  for index in graph.heads.indices { graph.heads[index].trainingOnly = false }
  let executor = try Executor(graph: graph, weights: Formula.weights(graph, gain: test.gain), batch: run.batch)
  Formula.unit("input", into: executor.input)
  executor.run()
  return try graph.heads.map { Array(try #require(executor.output($0.name))) }
}

/// What PyTorch would save is what the graph asks for, name by name; modules listed twice are known as synonyms.
private func expectSameTensors(_ test: ZooCase, _ theirs: [String: [Int]]) throws {
  let graph = try #require(Architecture.named(test.architecture)).graph()
  let ours = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.spec.shape) })
  let doubled = theirs.filter { name, _ in graph.synonyms.keys.contains { name.hasPrefix($0 + ".") } }
  #expect(theirs.filter { doubled[$0.key] == nil } == ours, "\(test.architecture)")
  #expect(doubled.isEmpty == graph.synonyms.isEmpty)
}
