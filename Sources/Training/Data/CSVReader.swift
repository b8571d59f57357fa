import Foundation

/// Splits comma-separated bytes into lines and fields without copying; quotes around a field are taken off. Where the first
/// line has no comma, semicolons (spreadsheets of many countries) or tabs separate.
///
/// FER2013 is 290 MB of text: fields are ranges of the file's bytes.
struct CSVReader {
  /// The file's path, for errors.
  let file: String
  private let bytes: Data
  /// Trimmed column names of the first line.
  let columns: [String]
  private let body: Int
  private let separator: UInt8

  /// Maps `file` and reads its first line.
  init(file: String) throws {
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: file), options: .alwaysMapped) else {
      throw DataError.unreadable(file: file)
    }
    self.file = file
    self.bytes = bytes
    (columns, body, separator) = bytes.withUnsafeBytes { all in
      let end = Self.lineEnd(all, from: 0)
      let separator = Self.separators.first(where: all[0..<end].contains) ?? Self.separators[0]
      let fields = Self.fields(all[0..<end], separator).map { String(decoding: all[$0], as: UTF8.self) }
      return (fields.map { $0.filter { $0 != "\u{FEFF}" } }, end + 1, separator)
    }
    if let fault = headFault { throw DataError.badHead(file: file, fault: fault) }
  }

  /// Comma, semicolon, tab.
  private static let separators: [UInt8] = [0x2C, 0x3B, 0x09]

  /// Why the first line names no columns.
  private var headFault: HeadFault? {
    let head = bytes.prefix(body)
    if head.contains(0), bytes.count > 0 { return .binary }
    if let carriage = head.firstIndex(of: 0x0D), carriage + 1 < head.endIndex, head[carriage + 1] != 0x0A,
      head[carriage + 1] != 0x0D
    {
      return .carriageReturns
    }
    return columns.contains { Float($0.prefix(40)) != nil } ? .noNames : nil
  }

  /// Position of the column called `name` in any case.
  func column(_ name: String) throws -> Int {
    guard let found = optionalColumn(name) else {
      throw DataError.missingColumn(file: file, column: name, found: columns)
    }
    return found
  }

  /// Position of the column called `name` in any case, where there is one.
  func optionalColumn(_ name: String) -> Int? {
    columns.firstIndex { $0.lowercased() == name.lowercased() }
  }

  /// Calls `body` with each row that is not blank: its line number, all bytes and the fields' ranges.
  func forEachRow(_ row: (_ line: Int, _ all: UnsafeRawBufferPointer, _ fields: [Range<Int>]) throws -> Void) throws {
    try bytes.withUnsafeBytes { all in
      var start = body
      var line = 1
      while start < all.count {
        let end = Self.lineEnd(all, from: start)
        line += 1
        let fields = Self.fields(all[start..<end], separator)
        start = end + 1
        if fields.count == 1, fields[0].isEmpty { continue }
        guard fields.count >= columns.count else {
          throw bad(line, .fewColumns(found: fields.count, expected: columns.count))
        }
        try row(line, all, fields)
      }
    }
  }

  /// The error of a wrong row.
  func bad(_ line: Int, _ fault: RowFault) -> DataError { .badRow(file: file, line: line, fault: fault) }

  private static func lineEnd(_ all: UnsafeRawBufferPointer, from start: Int) -> Int {
    guard start < all.count else { return all.count }
    guard let found = memchr(all.baseAddress! + start, 0x0A, all.count - start) else { return all.count }
    return UnsafeRawPointer(found) - all.baseAddress!
  }

  private static func fields(_ line: Slice<UnsafeRawBufferPointer>, _ separator: UInt8) -> [Range<Int>] {
    let base = line.base.baseAddress!
    var fields: [Range<Int>] = []
    var start = line.startIndex
    while true {
      let found = memchr(base + start, Int32(separator), line.endIndex - start)
      let end = found.map { UnsafeRawPointer($0) - base } ?? line.endIndex
      fields.append(trimmed(line.base, start..<end))
      if end == line.endIndex { return fields }
      start = end + 1
    }
  }

  /// Without spaces, carriage return and quotes at the ends.
  private static func trimmed(_ all: UnsafeRawBufferPointer, _ range: Range<Int>) -> Range<Int> {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high, isPadding(all[low]) { low += 1 }
    while high > low, isPadding(all[high - 1]) { high -= 1 }
    return low..<high
  }

  private static func isPadding(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0D || byte == 0x22 || byte == 0x09
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes of `range` as text, shortened to 20 characters: for errors.
  func text(_ range: Range<Int>) -> String { String(String(decoding: self[range], as: UTF8.self).prefix(20)) }

  /// A whole number, also as other programs write one (`3.0`), or nil.
  func wholeNumber(_ range: Range<Int>) -> Int? {
    guard let point = self[range].firstIndex(of: 0x2E) else { return smallNumber(range) }
    return self[(point + 1)..<range.upperBound].allSatisfy { $0 == 0x30 } ? smallNumber(range.lowerBound..<point) : nil
  }

  /// A whole number of at most four digits, or nil.
  func smallNumber(_ range: Range<Int>) -> Int? {
    guard !range.isEmpty, range.count <= 4 else { return nil }
    var value = 0
    for at in range {
      guard case 0x30...0x39 = self[at] else { return nil }
      value = value * 10 + Int(self[at] - 0x30)
    }
    return value
  }
}
