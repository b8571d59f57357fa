import Foundation
import Networks
import Recognition
import Training
import WeightFiles

/// Logits of models that were asked before, a file a question. Whatever cannot be read or written is asked again:
/// the folder may be deleted at any time.
public struct AnswerCache: Sendable {
  /// Where the files are.
  public let folder: URL

  /// The files of `folder`.
  public init(folder: URL) { self.folder = folder }

  /// In the user's folder of caches: `$XDG_CACHE_HOME/mien/answers`, by default `~/.cache/mien/answers`.
  public static var standard: AnswerCache {
    let named = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    let caches =
      named.map { URL(fileURLWithPath: $0, isDirectory: true) }
      ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
    return AnswerCache(folder: caches.appendingPathComponent("mien/answers"))
  }

  private static let format = "mien answers 1"

  /// A digest of all that decides the logits: weights, what the network sees, which outputs are read, images and views.
  static func key(_ model: Model, _ head: JudgedHead, _ set: FaceDataSet, _ views: TestViews) -> String {
    var digest = SHA256()
    digest.add(format)
    for (index, node) in model.graph.nodes.enumerated() {
      digest.add("\(index) \(node.operation.map { "\($0)" } ?? "input") \(node.inputs) \(node.path) \(node.shape)")
    }
    for (name, tensor) in model.weights.sorted(by: { $0.key < $1.key }) {
      digest.add("\(name) \(tensor.shape)")
      digest.add(UnsafeRawBufferPointer(tensor.elements))
    }
    digest.add("\(model.input) \(head.name) \(head.order) \(set.shape) \(set.count) \(views.rawValue)")
    set.pixels.withUnsafeBytes { digest.add($0) }
    return digest.hex
  }

  /// What was kept under `key`, where it is whole.
  func logits(_ key: String, count: Int) -> [Float]? {
    guard let tensor = try? WeightFile(path: file(key)).weights["logits"], tensor.count == count else { return nil }
    return Array(tensor.elements)
  }

  /// Keeps `logits` under `key`.
  func keep(_ logits: [Float], _ key: String) {
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let tensor = Tensor(shape: [logits.count], logits)
    try? WeightFile(weights: ["logits": tensor]).write(safetensors: file(key))
  }

  private func file(_ key: String) -> String { folder.appendingPathComponent("\(key).safetensors").path }
}
