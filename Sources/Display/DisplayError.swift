/// What can go wrong when frames are drawn.
public enum DisplayError: Error, Hashable, Sendable {
  /// The system has no font at all.
  case noFont
  /// No window can be opened; SDL's words.
  case noWindow(detail: String)
  /// The window's display has gone.
  case displayGone
  /// Cairo could not make a drawing; its words.
  case notDrawn(detail: String)
  /// The ending of a drawing's name is not that of a format.
  case unknownDrawingFormat(path: String, known: [String])
}
