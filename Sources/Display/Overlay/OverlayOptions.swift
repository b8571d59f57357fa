/// What is drawn on frames.
public struct OverlayOptions: Hashable, Sendable {
  /// Whose probabilities are drawn as bars.
  public enum Bars: String, CaseIterable, Sendable {
    /// Every face's, where there is room.
    case all
    /// The largest face's alone.
    case largest
    /// Nobody's.
    case none
  }

  /// Boxes and labels, and bars with them.
  public var isLabelled = true
  /// Probabilities as bars.
  public var bars = Bars.all
  /// Height of letters' lines in pixels of the frame; nil: by the frame's size.
  public var textSize: Double?
  /// Drawn in place of the frame, so that another program can take it out; nil: the frame stays.
  public var background: RGB?

  /// Everything, on the frame.
  public init() {}
}

extension OverlayOptions.Bars {
  /// The next in turn.
  public var next: Self { Self.allCases[(Self.allCases.firstIndex(of: self)! + 1) % Self.allCases.count] }
}

extension RGB {
  /// `green`, `black` or `#rrggbb`; nil where `text` is no such colour.
  public init?(_ text: String) {
    if let known = ["green": 0x00FF00, "black": 0x000000, "blue": 0x0000FF, "magenta": 0xFF00FF][text] {
      self.init(known)
      return
    }
    guard text.hasPrefix("#"), text.count == 7, let value = Int(text.dropFirst(), radix: 16), value >= 0 else {
      return nil
    }
    self.init(value)
  }
}
