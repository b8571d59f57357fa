import Networks

/// Which part of a data set a row belongs to.
public enum Split: String, Sendable, CaseIterable {
  /// Weights are fitted on it.
  case train
  /// Epochs and recipes are chosen on it.
  case val
  /// Figures are published on it.
  case test

  /// FER2013's word in the column `Usage`.
  var usage: String { words[0] }

  /// What people call it: FER2013's word first, then the names of files and folders, the usual one first.
  var words: [String] {
    switch self {
    case .train: ["Training", "train"]
    case .val: ["PublicTest", "val", "validation", "valid", "dev", "public_test"]
    case .test: ["PrivateTest", "test", "testing", "private_test"]
    }
  }

  /// The split that `word` names, in any case.
  init?(named word: String) {
    let word = word.lowercased()
    guard let found = Split.allCases.first(where: { $0.words.contains { $0.lowercased() == word } }) else { return nil }
    self = found
  }
}

/// FER2013's text: a line an image, with the columns `emotion` and `pixels` (numbers 0 to 255, space separated),
/// optionally `Usage` and `subject`, in any order.
enum ImageCSV {
  /// Reads the rows of `split` by the column `Usage`; all rows without a split.
  /// - Throws: `DataError`; a bad row is named by its line.
  static func read(_ file: String, split: Split?, classes: ClassWords, shape: Shape) throws -> FaceDataSet {
    let reader = try CSVReader(file: file)
    let (emotion, pixels) = (try reader.column("emotion"), try reader.column("pixels"))
    let (usage, subject) = (reader.optionalColumn("usage"), reader.optionalColumn("subject"))
    if split != nil, usage == nil { throw DataError.noUsage(file: file) }
    var result = FaceDataSet(shape: shape)
    var image = [UInt8](repeating: 0, count: shape.count)
    try reader.forEachRow { line, all, fields in
      do throws(RowFaultError) {
        if let usage, let split, try !matches(all, fields[usage], split) { return }
        let label = try label(all, fields[emotion], classes)
        try parse(all, fields[pixels], into: &image)
        result.append(image, label: label, subject: subject.map { all.text(fields[$0]) })
      } catch {
        throw reader.bad(line, error.fault)
      }
    }
    guard result.count > 0 else { throw DataError.empty(file: file) }
    return result
  }

  private struct RowFaultError: Error { let fault: RowFault }

  private static func matches(
    _ all: UnsafeRawBufferPointer, _ field: Range<Int>, _ split: Split
  ) throws(RowFaultError) -> Bool {
    let word = all.text(field)
    guard let found = Split(named: word) else { throw RowFaultError(fault: .unknownUsage(word)) }
    return found == split
  }

  private static func label(
    _ all: UnsafeRawBufferPointer, _ field: Range<Int>, _ classes: ClassWords
  ) throws(RowFaultError) -> Int {
    guard let label = all.wholeNumber(field) else {
      let word = all.text(field)
      guard let label = classes.label(of: word) else { throw RowFaultError(fault: .notAClass(word)) }
      return label
    }
    guard label < classes.count else { throw RowFaultError(fault: .classOutOfRange(label, classes: classes.count)) }
    return label
  }

  private static func parse(
    _ all: UnsafeRawBufferPointer, _ field: Range<Int>, into image: inout [UInt8]
  ) throws(RowFaultError) {
    var (count, at) = (0, field.lowerBound)
    while at < field.upperBound {
      if all[at] == 0x20 {
        at += 1
        continue
      }
      let start = at
      while at < field.upperBound, all[at] != 0x20 { at += 1 }
      guard let value = all.smallNumber(start..<at), value <= 255 else {
        throw RowFaultError(fault: .badPixel(all.text(start..<at)))
      }
      if count < image.count { image[count] = UInt8(value) }
      count += 1
    }
    guard count == image.count else { throw RowFaultError(fault: .pixelCount(found: count, expected: image.count)) }
  }
}
