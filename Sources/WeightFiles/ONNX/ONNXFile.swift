import Foundation
import Networks

/// ONNX files of classifiers: the graph becomes Mien's operations, and words describe it as any model file's do.
enum ONNXFile {
  /// A model begins with its version (field 1, small) and goes on with text or a message.
  static func recognises(_ raw: UnsafeRawBufferPointer) -> Bool {
    raw.count > 16 && raw[0] == 0x08 && raw[1] < 0x20 && raw[2] & 7 == 2
  }

  /// Reads the network in `file`.
  static func read(_ file: FileBytes, _ size: Extent?) throws(WeightProblem) -> WeightFile {
    let model = try ONNXModel(file.raw)
    let (graph, weights) = try ONNXImporter.network(model, ONNXSource(file, size: size))
    let shape = graph.input
    return WeightFile(
      weights: weights,
      metadata: [
        "format": "1", "graph": try json(graph), "heads": graph.heads.map(\.name).joined(separator: ","),
        "input": "\(shape.channels)x\(shape.height)x\(shape.width)",
        "source": "ONNX opset \(model.opset), \(model.producer)",
      ])
  }

  private static func json(_ graph: Graph) throws(WeightProblem) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Only a number that is not finite cannot be written.
    guard let data = try? encoder.encode(graph) else {
      throw .malformed(part: "ONNX graph", detail: "a constant that is not finite")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
