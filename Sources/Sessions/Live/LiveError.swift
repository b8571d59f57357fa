/// Why a live session cannot do what it was asked for.
public enum LiveError: Error, Hashable, Sendable {
  /// The screen was asked for, and there is no X11 display.
  case noScreen
  /// An address for rows that nobody listens at.
  case noReader(String, errno: Int32)
  /// An address for rows that makes no sense.
  case badAddress(String)
  /// Something else is where a socket for rows would be.
  case taken(String)
  /// It went on, but some of what was asked for broke off.
  case endedEarly([String])
  /// The shell cannot be run.
  case noShell(errno: Int32)
  /// A rule waits for an expression that the networks do not know: it can never come true.
  case unknownExpression(String, known: [String])
}
