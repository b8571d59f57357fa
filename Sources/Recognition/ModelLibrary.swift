import Foundation
import Networks

/// Models by the names that people give: of a file, of a model in the folder of models, or of an ensemble there.
///
/// An ensemble is a file `NAME.json`: `{"members": ["NAME", …]}`. `default` is one of them.
public struct ModelLibrary: Sendable {
  /// The folder of models; nil where there is none.
  public var folder: URL?

  /// The models of `folder`, by default of the folder that Mien ships.
  public init(folder: URL? = Resource.models.folder) { self.folder = folder }

  /// Names in the folder, sorted: models and ensembles.
  public var names: [String] {
    let files = folder.flatMap { try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) }
    return (files ?? []).filter { ["safetensors", "json"].contains($0.pathExtension) }
      .map { $0.deletingPathExtension().lastPathComponent }.sorted()
  }

  /// The models that `names` stand for, in order; an ensemble stands for its members.
  /// - Throws: `ModelError`, `WeightFileError` or `ShapeError`.
  public func load(_ names: [String] = ["default"]) throws -> [Model] {
    try paths(names).map(Model.init(path:))
  }

  /// The files that `names` stand for.
  public func paths(_ names: [String]) throws(ModelError) -> [String] {
    var paths: [String] = []
    for name in names { paths += try self.paths(name, depth: 0) }
    return paths
  }

  private func paths(_ name: String, depth: Int) throws(ModelError) -> [String] {
    if !name.contains("/"), let file = shipped(name, "safetensors") { return [file] }
    if !name.contains("/"), let file = shipped(name, "json") { return try members(file, depth: depth) }
    guard FileManager.default.fileExists(atPath: name) else { throw .notFound(name: name, known: names) }
    return [name]
  }

  private func shipped(_ name: String, _ type: String) -> String? {
    let path = folder?.appendingPathComponent("\(name).\(type)").path
    return path.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
  }

  private struct Ensemble: Decodable {
    var members: [String]
  }

  private func members(_ file: String, depth: Int) throws(ModelError) -> [String] {
    guard depth < 4, let data = FileManager.default.contents(atPath: file),
      let ensemble = try? JSONDecoder().decode(Ensemble.self, from: data), !ensemble.members.isEmpty
    else { throw .badEnsemble(file: file) }
    var paths: [String] = []
    for member in ensemble.members { paths += try self.paths(member, depth: depth + 1) }
    return paths
  }
}
