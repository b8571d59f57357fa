extension ValueKind {
  /// The value that `text` spells; nil where it is none of this kind.
  func parse(_ text: String) -> ParsedValue? {
    switch self {
    case .flag: nil
    case .text, .file, .folder: text.isEmpty ? nil : .text(text)
    case .choice(let words): words.contains(text) ? .text(text) : nil
    case .list: parseList(text)
    case .integer(let bounds): Int(text).flatMap { bounds.contains($0) ? .integer($0) : nil }
    case .number(let bounds): Double(text).flatMap { bounds.contains($0) ? .number($0) : nil }
    case .time: seconds(text).map { .number($0) }
    case .interval: parseInterval(text)
    case .size: parseSize(text)
    }
  }

  private func parseList(_ text: String) -> ParsedValue? {
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return words.contains("") ? nil : .list(words)
  }

  private func parseInterval(_ text: String) -> ParsedValue? {
    if let frames = Int(text) { return (1...100_000).contains(frames) ? .integer(frames) : nil }
    let digits = text.hasSuffix("ms") ? text.dropLast(2) : text.dropLast()
    guard text.hasSuffix("s"), let value = Double(digits) else { return nil }
    let seconds = text.hasSuffix("ms") ? value / 1000 : value
    return (0.001...86400).contains(seconds) ? .number(seconds) : nil
  }

  private func parseSize(_ text: String) -> ParsedValue? {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1] else { return nil }
    let allowed = 1...32768
    return allowed.contains(width) && allowed.contains(height) ? .size(width: width, height: height) : nil
  }

  /// Seconds from `12.5`, `12.5s`, `01:12.5` or `1:00:00`.
  private func seconds(_ text: String) -> Double? {
    let text = text.hasSuffix("s") && !text.contains(":") ? text.dropLast() : text[...]
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), let last = Double(parts.last!), last >= 0, last.isFinite else { return nil }
    guard parts.count == 1 || last < 60 else { return nil }
    var total = 0.0
    for part in parts.dropLast() {
      guard let value = Int(part), value >= 0 else { return nil }
      total = (total + Double(value)) * 60
    }
    return total + last
  }
}
