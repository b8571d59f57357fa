/// What a key in the window asks for: a row of the table below.
public enum WindowAction: String, CaseIterable, Sendable {
  /// Ends the program.
  case quit
  /// Fills the screen, or leaves it.
  case fullScreen
  /// Turns left and right around.
  case mirror
  /// Stops and goes on.
  case pause
  /// Keeps the frame.
  case snapshot
  /// Begins and ends a recording.
  case record
  /// Lets another network speak.
  case nextNetwork
  /// Takes faces' neutral baseline.
  case baseline
  /// Draws boxes and labels, or nothing.
  case labels
  /// Draws bars for all faces, for the largest, for none.
  case bars
  /// Shows the figures at the top left, or not.
  case figures
  /// Shows the keys.
  case help

  /// Its key, as SDL numbers keys (the character), its name, and what it does.
  public var key: (code: Int32, name: String, effect: String) {
    switch self {
    case .quit: (0x71, "q", "quit")
    case .fullScreen: (0x66, "f", "full screen")
    case .mirror: (0x6D, "m", "mirror")
    case .pause: (0x20, "space", "pause")
    case .snapshot: (0x73, "s", "snapshot")
    case .record: (0x72, "r", "record")
    case .nextNetwork: (0x6E, "n", "switch model")
    case .baseline: (0x62, "b", "calibrate on your neutral face")
    case .labels: (0x6C, "l", "boxes and labels on or off")
    case .bars: (0x70, "p", "probability bars: all, largest face, none")
    case .figures: (0x69, "i", "figures on or off")
    case .help: (0x68, "h", "these keys")
    }
  }

  /// The action of a key; Escape quits as well.
  init?(code: Int32) {
    guard let action = Self.allCases.first(where: { $0.key.code == code }) ?? (code == 0x1B ? .quit : nil) else {
      return nil
    }
    self = action
  }
}
