import Foundation
import Networks
import WeightFiles
import Zoo

extension Model {
  /// The model in the file at `path`.
  /// - Throws: `WeightFileError`, `ModelError` or `ShapeError`.
  public init(path: String) throws {
    try self.init(WeightFile(path: path), file: path)
  }

  /// The model that `weightFile`, read from `file`, describes.
  public init(_ weightFile: WeightFile, file: String) throws {
    let words = ModelMetadata(file: file, words: weightFile.metadata)
    try words.checkFormat()
    let graph = try words.graph()
    let weights: Weights
    do { weights = try weightFile.matched(to: graph) } catch {
      throw WeightFileError(file: file, problem: error)
    }
    self.init(
      name: URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent, graph: graph.forInference(),
      weights: weights, input: try words.input(graph.input), heads: try words.heads(graph.forInference()),
      metadata: weightFile.metadata)
  }
}

extension ModelMetadata {
  /// The graph that the file holds, or that of the architecture that it names.
  func graph() throws -> Graph {
    if let text = words["graph"] { return try decoded(text) }
    let name = try architecture()
    guard let architecture = Architecture.named(name) else {
      throw ModelError.unknownArchitecture(file: file, name: name, known: zooTable.map(\.name))
    }
    return try architecture.graph(input: try shape(), classes: mainClasses)
  }

  private func decoded(_ text: String) throws -> Graph {
    do { return try JSONDecoder().decode(Graph.self, from: Data(text.utf8)) } catch is DecodingError {
      throw ModelError.badMetadata(file: file, key: "graph", value: nil)
    }
  }

  /// The heads in the order of `heads`, by default the graph's.
  func heads(_ graph: Graph) throws(ModelError) -> [ModelHead] {
    var heads: [ModelHead] = []
    for head in try orderedHeads(graph) {
      let outputs = graph.nodes[head.node].shape.count
      heads.append(try self.head(head, outputs: outputs, isMain: heads.isEmpty))
    }
    return heads
  }
}
