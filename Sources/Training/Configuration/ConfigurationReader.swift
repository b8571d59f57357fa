import Foundation

/// Why a training configuration is refused.
public enum ConfigurationError: Error, Equatable {
  /// The file cannot be read.
  case unreadable(file: String)
  /// The file is no JSON object; `reason` is the parser's.
  case notJSON(file: String, reason: String)
  /// No key has this name; `nearest` is the key that it is most like.
  case unknownKey(file: String, key: String, nearest: String)
  /// The value does not fit its key.
  case wrongValue(file: String, key: String, value: String, expected: ConfigurationKey.Kind)
}

extension TrainingConfiguration {
  /// Reads a JSON file.
  /// - Throws: `ConfigurationError`.
  public init(file: String) throws(ConfigurationError) {
    guard let bytes = FileManager.default.contents(atPath: file) else { throw .unreadable(file: file) }
    try self.init(json: bytes, file: file)
  }

  /// Reads JSON bytes; `file` names them in errors.
  /// - Throws: `ConfigurationError`.
  public init(json: Data, file: String) throws(ConfigurationError) {
    self.init()
    for (key, value) in try Self.object(json, file).sorted(by: { $0.key < $1.key }) {
      guard let row = ConfigurationKey.table.first(where: { $0.name == key }) else {
        throw .unknownKey(file: file, key: key, nearest: ConfigurationKey.nearest(to: key))
      }
      guard let fit = row.kind.fit(value) else {
        throw .wrongValue(file: file, key: key, value: "\(value)", expected: row.kind)
      }
      row.apply(&self, fit)
      given[key] = "\(value)"
    }
    if dataPath.isEmpty { dataPath = Self.defaultDataPath(file) }
  }

  private static func object(_ json: Data, _ file: String) throws(ConfigurationError) -> [String: Any] {
    do {
      let parsed = try JSONSerialization.jsonObject(with: json)
      if let object = parsed as? [String: Any] { return object }
    } catch {
      throw .notJSON(file: file, reason: (error as NSError).userInfo["NSDebugDescription"] as? String ?? "\(error)")
    }
    throw .notJSON(file: file, reason: "the outermost value is no object")
  }

  /// `saved/data/NAME` for `configs/NAME_config.json`.
  private static func defaultDataPath(_ file: String) -> String {
    let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    return "saved/data/" + (stem.hasSuffix("_config") ? String(stem.dropLast(7)) : stem)
  }
}

extension ConfigurationKey {
  /// The key with the fewest edits to `word`.
  static func nearest(to word: String) -> String {
    table.map(\.name).min { edits($0, word) < edits($1, word) }!
  }

  /// Levenshtein's distance.
  private static func edits(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let changed = diagonal + (letter == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}

extension ConfigurationKey.Kind {
  /// The JSON value as this kind, or nil.
  func fit(_ value: Any) -> ConfigurationValue? {
    switch self {
    case .text: (value as? String).map(ConfigurationValue.text)
    case .numbers(let count, let range): numbers(value, count, range)
    case .list: (value as? [String]).map(ConfigurationValue.list)
    case .choice(let words): (value as? String).flatMap { words.contains($0) ? .text($0) : nil }
    case .flag: number(value, in: 0...1, whole: true)
    case .whole(let range): number(value, in: Double(range.lowerBound)...Double(range.upperBound), whole: true)
    case .number(let range): number(value, in: range, whole: false)
    }
  }

  private func numbers(_ value: Any, _ count: Int, _ range: ClosedRange<Int>) -> ConfigurationValue? {
    guard let all = value as? [Int], all.count == count, all.allSatisfy(range.contains) else { return nil }
    return .numbers(all)
  }

  private func number(_ value: Any, in range: ClosedRange<Double>, whole: Bool) -> ConfigurationValue? {
    guard !(value is String), let number = (value as? NSNumber)?.doubleValue else { return nil }
    guard range.contains(number), !whole || number == number.rounded() else { return nil }
    return .number(number)
  }
}
