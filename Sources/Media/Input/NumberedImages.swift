import Core
import Glibc

/// Images whose names differ by a number, which are one recording: `frames/img_%03d.png`.
struct NumberedImages: Hashable, Sendable {
  /// The number of the first.
  let first: Int
  /// How many follow one another.
  let count: Int
  /// The first number that none has, where there are higher ones.
  let missing: Int?
  /// The name of the first.
  let firstFile: String

  /// The images that `text` means; nil where it is no pattern, names a file as it is, or means none.
  init?(_ text: String) {
    guard let pattern = NumberPattern(text), access(text, F_OK) != 0 else { return nil }
    let numbers = pattern.numbers()
    guard let first = numbers.first else { return nil }
    self.first = first
    count = zip(numbers, first...).prefix { $0 == $1 }.count
    missing = count < numbers.count ? first + count : nil
    firstFile = pattern.name(first)
  }
}

/// A name with one place for a number: `%d`, or `%03d` where it has leading zeros.
struct NumberPattern {
  private let before: String
  private let after: String
  /// Digits that there are at least.
  private let width: Int

  /// Nil where `text` has no such place, or more than one, in its last part.
  init?(_ text: String) {
    let (folder, stem, ending) = FileName.split(text)
    let parts = (stem + ending).split(separator: "%", omittingEmptySubsequences: false)
    guard parts.count == 2, let mark = parts[1].firstIndex(of: "d") else { return nil }
    let digits = parts[1][..<mark]
    guard digits.isEmpty || digits.first == "0" && digits.count <= 3, let width = Int("0" + digits) else { return nil }
    (before, after, self.width) = (folder + parts[0], String(parts[1][mark...].dropFirst()), width)
  }

  /// The pattern that `name` is one of, by the last number in it.
  init?(like name: String) {
    let (folder, stem, ending) = FileName.split(name)
    guard let end = stem.lastIndex(where: NumberPattern.isDigit) else { return nil }
    let head = stem[...end].reversed().drop(while: NumberPattern.isDigit)
    let digits = stem[...end].dropFirst(head.count)
    before = folder + String(head.reversed())
    after = stem[end...].dropFirst() + ending
    width = digits.first == "0" ? digits.count : 0
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  /// As FFmpeg and people write it.
  var text: String { "\(before)%\(width > 0 ? "0\(width)" : "")d\(after)" }

  /// The name with `number` in it.
  func name(_ number: Int) -> String {
    let digits = String(number)
    return before + String(repeating: "0", count: max(0, width - digits.count)) + digits + after
  }

  /// The numbers of the files that are there, in order.
  func numbers() -> [Int] {
    let (folder, stem, ending) = FileName.split(before + "0" + after)
    let head = (stem + ending).dropLast(after.count + 1)
    let entries = FolderEntry.all(in: folder.isEmpty ? "." : folder) ?? []
    return entries.compactMap { entry in
      guard entry.name.hasPrefix(head), entry.name.hasSuffix(after) else { return nil }
      guard let number = Int(entry.name.dropFirst(head.count).dropLast(after.count)), number >= 0 else { return nil }
      return folder + entry.name == name(number) ? number : nil
    }.sorted()
  }
}
