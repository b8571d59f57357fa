import Foundation

/// Why a training configuration is refused.
public enum ConfigurationError: Error, Equatable {
  /// The file cannot be read.
  case unreadable(file: String)
  /// The file is no JSON; the parser stopped in `line`, from 1, at the text `near`, which is empty at the end.
  case notJSON(file: String, line: Int, near: String)
  /// The outermost value is no object.
  case notAnObject(file: String)
  /// No key has this name; `nearest` is the key that is meant, where that can be told.
  case unknownKey(file: String, line: Int, key: String, nearest: String?)
  /// The value does not fit its key.
  case wrongValue(file: String, line: Int, key: String, value: String, expected: ConfigurationKey.Kind)
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
    let text = ConfigurationText(json)
    for (key, value) in try Self.object(json, file).sorted(by: { $0.key < $1.key }) {
      guard let row = ConfigurationKey.named(key) else {
        throw .unknownKey(file: file, line: text.line(ofKey: key), key: key, nearest: ConfigurationKey.meant(by: key))
      }
      guard give(row, value) else {
        throw .wrongValue(
          file: file, line: text.line(ofKey: key), key: key, value: "\(value)", expected: row.kind)
      }
    }
    if dataPath.isEmpty { dataPath = Self.defaultDataPath(file) }
  }

  /// Gives `key`, one of the table's, another value than the file: false where it does not fit.
  public mutating func set(_ key: String, to value: Any) -> Bool {
    guard let row = ConfigurationKey.named(key) else { preconditionFailure("no key \(key)") }
    return give(row, value)
  }

  private mutating func give(_ row: ConfigurationKey, _ value: Any) -> Bool {
    guard let fit = row.kind.fit(value) else { return false }
    row.apply(&self, fit)
    given[row.name] = "\(value)"
    return true
  }

  private static func object(_ json: Data, _ file: String) throws(ConfigurationError) -> [String: Any] {
    let parsed: Any
    do { parsed = try JSONSerialization.jsonObject(with: json) } catch {
      let place = ConfigurationText(json).place(of: error as NSError)
      throw .notJSON(file: file, line: place.line, near: place.near)
    }
    guard let object = parsed as? [String: Any] else { throw .notAnObject(file: file) }
    return object
  }

  /// `saved/data/NAME` for `configs/NAME_config.json`.
  private static func defaultDataPath(_ file: String) -> String {
    let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    return "saved/data/" + (stem.hasSuffix("_config") ? String(stem.dropLast(7)) : stem)
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
