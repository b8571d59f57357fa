import Core
import Networks

/// The words of a model file's `__metadata__`, read with checks.
///
/// | key | value |
/// | --- | --- |
/// | `format` | `1` |
/// | `architecture` | a name of the zoo |
/// | `input` | `CHANNELSxHEIGHTxWIDTH`, as PyTorch orders it |
/// | `crop` | sides of the face's crop, pixels; default 48, or the input's where that is larger |
/// | `mean`, `std` | of pixels from 0 to 255; one number, or one a channel with commas; default 0 and 255 |
/// | `heads` | names with commas, the main one first; default `classifier` |
/// | `classes` | the main head's classes with commas, in the network's order; default FER2013's |
/// | `NAME_classes` | those of head NAME; default `people` for a second head of eight outputs, else FER2013's |
/// | `temperature`, `NAME_temperature` | calibration of all heads, of head NAME; default 1 |
///
/// All other keys (`training`, figures) are for people.
struct ModelMetadata {
  /// The file, for errors.
  var file: String
  /// Keys and values.
  var words: [String: String]

  static let format = "1"

  func checkFormat() throws(ModelError) {
    if let format = words["format"], format != ModelMetadata.format { throw bad("format") }
  }

  func architecture() throws(ModelError) -> String {
    guard let name = words["architecture"], !name.isEmpty else { throw bad("architecture") }
    return name
  }

  func shape() throws(ModelError) -> Shape? {
    guard let text = words["input"] else { return nil }
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sides.count == 3, sides.allSatisfy({ (1...4096).contains($0) }), sides[0] <= 16 else { throw bad("input") }
    return Shape(height: sides[1], width: sides[2], channels: sides[0])
  }

  func input(_ shape: Shape) throws(ModelError) -> ModelInput {
    let std = try numbers("std", shape.channels) ?? [255]
    guard std.allSatisfy({ $0 > 0 }) else { throw bad("std") }
    return ModelInput(
      shape: shape, crop: try crop(shape), mean: try numbers("mean", shape.channels) ?? [0], std: std)
  }

  func head(_ head: Head, outputs: Int, isMain: Bool) throws(ModelError) -> ModelHead {
    let classes = list("\(head.name)_classes") ?? (isMain ? list("classes") : nil) ?? usual(outputs, isMain)
    guard classes.count == outputs else {
      throw .classCount(file: file, head: head.name, classes: classes.count, outputs: outputs)
    }
    return ModelHead(name: head.name, classes: classes, temperature: try temperature(head.name))
  }

  /// What a head says that names no classes: the predictions of FER+'s annotators where it stands beside another and has as many.
  private func usual(_ outputs: Int, _ isMain: Bool) -> [String] {
    !isMain && outputs == LabelSet.ferPlus.names.count ? LabelSet.ferPlus.names : LabelSet.fer2013.names
  }

  /// The number of classes of the main head.
  var mainClasses: Int { (list("classes") ?? LabelSet.fer2013.names).count }

  /// The graph's heads as `heads` orders them.
  func orderedHeads(_ graph: Graph) throws(ModelError) -> [Head] {
    guard let names = list("heads") else { return graph.heads }
    let heads = names.compactMap { name in graph.heads.first { $0.name == name } }
    guard heads.count == names.count, Set(names).count == names.count else { throw bad("heads") }
    return heads
  }

  private func temperature(_ head: String) throws(ModelError) -> Double {
    let key = words["\(head)_temperature"] == nil ? "temperature" : "\(head)_temperature"
    guard let value = try numbers(key, 1)?.first else { return 1 }
    guard value > 0 else { throw bad(key) }
    return Double(value)
  }

  private func crop(_ shape: Shape) throws(ModelError) -> Int? {
    guard let text = words["crop"] else { return nil }
    guard let crop = Int(text), crop >= max(shape.height, shape.width), crop <= 4096 else { throw bad("crop") }
    return crop
  }

  private func list(_ key: String) -> [String]? {
    words[key]?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  private func numbers(_ key: String, _ most: Int) throws(ModelError) -> [Float]? {
    guard let words = list(key) else { return nil }
    let values = words.compactMap { Float($0) }.filter(\.isFinite)
    guard values.count == words.count, values.count == 1 || values.count == most else { throw bad(key) }
    return values
  }

  private func bad(_ key: String) -> ModelError { .badMetadata(file: file, key: key, value: words[key]) }
}
