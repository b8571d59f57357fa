/// Something to wait for: an expression that lasts. Written `happy for 2s`.
public struct EventRule: Hashable, Sendable {
  /// A class, or `uncertain`.
  public var expression: String
  /// Seconds that it must last.
  public var hold: Double

  /// An expression that lasts for `hold` seconds.
  public init(expression: String, hold: Double) { (self.expression, self.hold) = (expression, hold) }

  /// The rule that `text` spells: `happy`, `happy for 2`, `happy for 2s`, `happy for 500ms`; nil where it spells none.
  public init?(_ text: String) {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first else { return nil }
    expression = first
    if words.count == 1 {
      hold = 0
    } else {
      guard words[1] == "for", let seconds = EventRule.seconds(words.dropFirst(2).joined()) else { return nil }
      hold = seconds
    }
  }

  /// As people write it.
  public var text: String { "\(expression) for \(hold) s" }

  private static func seconds(_ text: String) -> Double? {
    let (digits, factor) =
      text.hasSuffix("ms") ? (text.dropLast(2), 1e-3) : text.hasSuffix("s") ? (text.dropLast(), 1) : (text[...], 1)
    guard let value = Double(digits), value >= 0, value.isFinite else { return nil }
    return value * factor
  }
}

/// A face has shown an expression for as long as a rule wants.
public struct LiveEvent: Hashable, Sendable {
  /// What was waited for.
  public var rule: EventRule
  /// Whose face.
  public var track: Int
  /// The frame in which it was long enough.
  public var frame: Int
  /// That frame's time, seconds.
  public var time: Double
  /// Since when, seconds.
  public var since: Double
  /// As said in that frame.
  public var confidence: Double
}
