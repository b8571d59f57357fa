import Core
import Foundation
import Networks
import Recognition
import TestSupport
import Testing

/// FER2013's validation split, as the test data has it.
private struct Validation {
  let images: Data
  let labels: Data
  let predictions: Data

  init?() {
    guard let folder = TestData.folder?.appendingPathComponent("fer2013"),
      let images = try? Data(contentsOf: folder.appendingPathComponent("val-images.u8")),
      let labels = try? Data(contentsOf: folder.appendingPathComponent("val-labels.u8")),
      let predictions = try? Data(contentsOf: folder.appendingPathComponent("val-ferplus-votes.u8"))
    else { return nil }
    (self.images, self.labels, self.predictions) = (images, labels, predictions)
  }

  /// FER+'s order of classes.
  static let predicted = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]

  /// The class of the eight with more predictions than any other and than "unknown" and "not a face"; nil where there is none.
  func majority(_ image: Int) -> String? {
    let counts = predictions[(image * 10)..<(image * 10 + 10)].map(Int.init)
    let best = counts.max()!
    let winners = counts.indices.filter { counts[$0] == best }
    return winners.count == 1 && winners[0] < 8 ? LabelSet.expression(Validation.predicted[winners[0]]) : nil
  }
}

/// PyTorch's logits, beside the test data.
private func peerLogits(_ name: String) -> [Float]? {
  let file = TestData.folder?.appendingPathComponent("../models/\(name)").standardizedFileURL
  return file.flatMap { try? Data(contentsOf: $0) }?.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
}

private let starterPath =
  (TestData.folder?.appendingPathComponent("../models/starter.safetensors").standardizedFileURL.path)
  .flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }

/// Logits of both heads for every image, in the network's own order of classes.
private func logits(_ model: Model, _ images: Data) throws -> [String: [Float]] {
  let batch = 32
  let side = model.input.crop
  let executor = try Executor(graph: model.graph, weights: model.weights, batch: batch)
  var result: [String: [Float]] = [:]
  images.withUnsafeBytes { raw in
    let pixels = raw.bindMemory(to: UInt8.self).baseAddress!
    let count = raw.count / (side * side)
    for first in stride(from: 0, to: count, by: batch) {
      let size = min(batch, count - first)
      for image in 0..<size {
        model.input.write(
          pixels + (first + image) * side * side, to: executor.input.baseAddress! + image * model.input.shape.count)
      }
      executor.run(batch: size)
      for head in model.heads {
        result[head.name, default: []] += executor.output(head.name)!.prefix(size * head.labels.names.count)
      }
    }
  }
  return result
}

/// The most likely label of each image.
private func winners(_ logits: [Float], _ head: ModelHead) -> [String] {
  let count = head.labels.names.count
  return stride(from: 0, to: logits.count, by: count).map { start in
    let best = head.order.indices.max { logits[start + head.order[$0]] < logits[start + head.order[$1]] }!
    return head.labels.names[best]
  }
}

/// The first classifier, which is no longer shipped, where the test data have it: its logits are PyTorch's.
@Test(.enabled(if: Validation() != nil && starterPath != nil, Comment(rawValue: TestData.missing)))
func logitsArePyTorchs() throws {
  let data = try #require(Validation())
  let model = try Model(path: #require(starterPath))
  let logits = try logits(model, data.images.prefix(1000 * 48 * 48))
  for (head, file) in [("classifier", "starter-logits.f32"), ("votes", "starter-votes-logits.f32")] {
    let peer = try #require(peerLogits(file))
    let worst = zip(try #require(logits[head]), peer).map { abs($0 - $1) }.max()!
    #expect(peer.count == 1000 * (head == "votes" ? 8 : 7) && worst < 1e-4, "\(head): \(worst)")
  }
}

@Test(.enabled(if: Validation() != nil, Comment(rawValue: TestData.missing)))
func mienVGGCountsWhatItsCardSays() throws {
  let data = try #require(Validation())
  let model = try #require(try ModelLibrary().load(["mien_vgg"]).first)
  #expect(model.input.crop == 48)
  let logits = try logits(model, data.images)
  let fer = try #require(model.head(for: .fer2013))
  let people = try #require(model.head(for: .ferPlus))
  let labels = winners(logits[fer.name]!, fer)
  #expect(zip(labels, data.labels).count { $0 == fer.labels.names[Int($1)] } == 2497)
  let clear = labels.indices.filter { data.majority($0) != nil }
  let predictions = winners(logits[people.name]!, people)
  #expect(clear.count == 3396)
  #expect(clear.count { predictions[$0] == data.majority($0) } == 2891)
}
