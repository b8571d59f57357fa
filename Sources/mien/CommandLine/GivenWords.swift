import Core
import Glibc

/// The words that the program was started with.
enum GivenWords {
  /// All after the program's own name; values that are no UTF-8 are paths that open the files which they name.
  static func take() -> [String] {
    let places = (1..<max(Int(CommandLine.argc), 1)).compactMap { CommandLine.unsafeArgv[$0] }
    let words = places.map { word(Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))) }
    for (place, word) in zip(places, words) { hideSecrets(of: word, at: place) }
    return words
  }

  /// `--option=value` has its value looked at alone.
  private static func word(_ bytes: [UInt8]) -> String {
    guard bytes.starts(with: [45, 45]), let equals = bytes.firstIndex(of: 61) else { return ForeignNames.path(bytes) }
    return String(decoding: bytes[...equals], as: UTF8.self) + ForeignNames.path(Array(bytes[(equals + 1)...]))
  }

  /// Other users see these bytes in the list of processes.
  private static func hideSecrets(of word: String, at place: UnsafeMutablePointer<CChar>) {
    let shown = FileName.shown(word)
    guard word.contains("://"), shown != word else { return }
    strncpy(place, shown, strlen(place))
  }
}
