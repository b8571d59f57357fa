import Core
import Foundation

/// Models by the names that people give: of a file, of a model in the folder of models, or of an ensemble there.
///
/// A preset, or ensemble, is a file `NAME.json`: `{"members": ["NAME", …], "mirror": false, "purpose": "…", "validation": "…"}`. `default` is
/// one of them; `mirror` says whether its members look at a face's mirror image, too (they do where it says nothing).
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
    try members(of: names).members.map { try $0.model() }
  }

  /// Networks ready to run as `names` are meant to: with mirror images where presets say so, several side by side on a thread each.
  /// - Throws: what `load` and `Ensemble` throw.
  public func ensemble(
    _ names: [String] = ["default"], labels: LabelSet? = nil, threads: Int = 1
  ) throws -> (ensemble: Ensemble, models: [Model]) {
    let models = try load(names)
    let ensemble = try Ensemble(
      models, labels: labels, looksAtMirrorImages: looksAtMirrorImages(names), threads: models.count == 1 ? threads : 1)
    return (ensemble, models)
  }

  /// Whether networks called `names` look at a face's mirror image, too: unless they are one preset that says no.
  public func looksAtMirrorImages(_ names: [String]) -> Bool {
    names.count == 1 ? preset(names[0])?.mirror ?? true : true
  }

  /// The files that `names` stand for, each once: a model has one prediction, however often it is named.
  public func paths(_ names: [String]) throws(ModelError) -> [String] { try members(of: names).members.map(\.file) }

  /// A model of a library, as the name that it was asked for by wants it.
  public struct Member: Sendable {
    /// Its file.
    public var file: String
    /// What its temperatures are multiplied by, for each name of a head.
    var temperatures: [String: Double] = [:]

    /// The model in `file`, or in what stands for one elsewhere, as it is.
    public init(file: String) { self.file = file }

    /// - Throws: `WeightFileError` or `ShapeError`.
    public func model() throws -> Model { try Model(path: file).withTemperatures(multipliedBy: temperatures) }
  }

  /// What `names` stand for, each model once, and the files of those that are named again.
  public func members(of names: [String]) throws(ModelError) -> (members: [Member], repeated: [String]) {
    var all: [Member] = []
    for name in names {
      let factors = preset(name)?.temperatures ?? [:]
      for path in try paths(name, depth: 0) {
        all.append(Member(file: path))
        all[all.count - 1].temperatures = factors
      }
    }
    return Self.once(all)
  }

  /// Each of `members` once, by whatever name its file goes, and the files of those that come again.
  public static func once(_ members: [Member]) -> (members: [Member], repeated: [String]) {
    var known = Set<String>()
    let isNew = members.map { known.insert(URL(fileURLWithPath: $0.file).resolvingSymlinksInPath().path).inserted }
    let (first, again) = (zip(members, isNew).filter(\.1), zip(members, isNew).filter { !$0.1 })
    return (first.map(\.0), again.map(\.0.file))
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

  /// Models under one name.
  public struct Preset: Decodable, Hashable, Sendable {
    /// Their names.
    public var members: [String]
    /// Whether they look at a face's mirror image, too; nil: yes.
    public var mirror: Bool?
    /// What the members' temperatures are multiplied by, for each name of a head: the mean of several answers is less sure than each of them.
    public var temperatures: [String: Double]?
    /// What it is for, for people.
    public var purpose: String?
    /// Its figures, for people.
    public var validation: String?

    /// Whether it has members, and temperatures that are some.
    var isUsable: Bool { !members.isEmpty && (temperatures ?? [:]).values.allSatisfy { $0 > 0 && $0.isFinite } }
  }

  /// The preset called `name`; nil where a model or nothing has that name.
  public func preset(_ name: String) -> Preset? {
    guard !name.contains("/"), shipped(name, "safetensors") == nil else { return nil }
    return shipped(name, "json").flatMap(Self.preset(file:))
  }

  private static func preset(file: String) -> Preset? {
    FileManager.default.contents(atPath: file).flatMap { try? JSONDecoder().decode(Preset.self, from: $0) }
  }

  private func members(_ file: String, depth: Int) throws(ModelError) -> [String] {
    guard depth < 4, let preset = Self.preset(file: file), preset.isUsable else {
      throw .badEnsemble(file: file)
    }
    var paths: [String] = []
    for member in preset.members { paths += try self.paths(member, depth: depth + 1) }
    return paths
  }
}

extension Model {
  /// The same with other temperatures: those of the heads that `factors` names, multiplied.
  fileprivate func withTemperatures(multipliedBy factors: [String: Double]) -> Model {
    var model = self
    for place in heads.indices { model.heads[place].temperature *= factors[heads[place].name] ?? 1 }
    return model
  }
}
