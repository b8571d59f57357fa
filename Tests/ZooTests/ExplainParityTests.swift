import Core
import Foundation
import Networks
import Recognition
import TestSupport
import Testing
import Zoo

@testable import Evaluation

/// A network whose explanations are compared with PyTorch's.
private struct ExplainCase: Encodable {
  var architecture: String
  var gain: Double
  var channels: Int
  var size: Int
  /// PyTorch's names of the layers; `ours` are Mien's, nil for its default.
  var layers: [String]
  var ours: [String?]
  var weights = ""
  var crop = ""
  var labels = [0, 3, 6]

  enum CodingKeys: String, CodingKey { case architecture, gain, channels, size, layers, weights, crop, labels }

  func model() throws -> Model {
    let input = Shape(height: size, width: size, channels: channels)
    let graph = try #require(Architecture.named(architecture)).graph(input: input)
    let weights =
      try self.weights.isEmpty ? Formula.weights(graph, gain: gain) : Model(path: self.weights).weights
    return Model(
      name: architecture, graph: graph.forInference(), weights: weights,
      input: ModelInput(shape: input, crop: size, mean: [129], std: [65]),
      heads: [ModelHead(name: "classifier", classes: LabelSet.fer2013.names)])
  }

  /// An image with edges and slopes.
  var pixels: [UInt8] {
    (0..<size * size).map { place in
      let (row, column) = place.quotientAndRemainder(dividingBy: size)
      let check = (row / 9 + column / 7) % 3
      return UInt8(truncatingIfNeeded: row * 5 + column * 3 + check * 60)
    }
  }
}

private let cases = [
  ExplainCase(
    architecture: "mien_vgg", gain: 1.4, channels: 1, size: 40, layers: ["features.32", "features.17"],
    ours: [nil, "features.17"]),
  ExplainCase(
    architecture: "resnet18", gain: 1, channels: 3, size: 64,
    layers: ["layer4", "layer3", "layer2.1.conv2", "layer4.1.bn1"],
    ours: [nil, "layer3", "layer2.1.conv2", "layer4.1.bn1"]),
  ExplainCase(
    architecture: "resmasking", gain: 1, channels: 3, size: 64, layers: ["masked", "layer4", "layer3.5.conv2"],
    ours: [nil, "layer4", "layer3.5.conv2"]),
]

/// Largest difference as a part of the largest value.
private func disagreement(_ ours: [Float], _ theirs: some Collection<Float>) -> Float {
  let worst = zip(ours, theirs).reduce(Float(0)) { $1.0.isNaN || $1.1.isNaN ? .infinity : max($0, abs($1.0 - $1.1)) }
  return ours.count == theirs.count ? worst / theirs.reduce(1e-12) { max($0, abs($1)) } : .infinity
}

@Test(.enabled(if: Python.has("torchvision"), "skipped: no python3-torchvision"))
func explanationsEqualPyTorch() throws {
  let folder = try Scratch()
  var given = cases
  for place in given.indices {
    let file = folder.file("crop\(place)")
    try Data(given[place].pixels).write(to: file)
    given[place].crop = file.path
  }
  let (list, output) = (folder.file("cases.json"), folder.file("output.f32"))
  try JSONEncoder().encode(given).write(to: list)
  let script = TestData.packageRoot.appendingPathComponent("Tests/ZooTests/Oracle/explain.py")
  try Python.run(file: script, list.path, output.path)
  var theirs = try FloatFile.read(output)[...]
  func compare(_ name: String, _ ours: [Float]) {
    let difference = disagreement(ours, theirs.prefix(ours.count))
    print("\(name): \(difference)")
    #expect(difference <= 1e-3, "\(name): \(difference)")
    theirs = theirs.dropFirst(ours.count)
  }
  let pool = ThreadPool(threads: 2)
  for test in given {
    let model = try test.model()
    let plain = try Explainer(model, method: .saliency, pool: pool)
    let logits = Array(theirs.prefix(7)).map(Double.init)
    theirs = theirs.dropFirst(7)
    for (ours, expected) in zip(plain.explain(test.pixels).probabilities, logSoftmax(logits).map(exp)) {
      #expect(abs(ours - expected) < 1e-4)
    }
    for label in test.labels {
      compare("\(test.architecture) saliency \(label)", plain.inputGradient(test.pixels, label))
    }
    let layered = try test.ours.map { try Explainer(model, method: .gradcam, layer: $0, pool: pool) }
    for label in test.labels {
      for (layer, explainer) in zip(test.layers, layered) {
        let map = explainer.explain(test.pixels, classes: [label]).maps[0]
        compare("\(test.architecture) Grad-CAM of \(layer), \(label)", map.values)
      }
    }
    let guided = try Explainer(model, method: .guided, pool: pool)
    for label in test.labels {
      compare("\(test.architecture) guided \(label)", guided.inputGradient(test.pixels, label))
    }
  }
  #expect(theirs.isEmpty)
}

/// Whatever the architecture, there is a layer that Grad-CAM looks at unless told otherwise.
@Test(arguments: zooTable.map(\.name)) func everyArchitectureHasADefaultLayer(name: String) throws {
  let graph = try #require(Architecture.named(name)).graph().forInference()
  let node = try #require(graph.defaultLayer)
  #expect(graph.nodes[node].shape.pixels >= 4 && graph.nodes[node].shape.channels >= 128, "\(graph.layerName(node))")
  #expect(graph.layer(graph.convolutions[0]) == graph.nodes.firstIndex { $0.path == graph.convolutions[0] })
}
