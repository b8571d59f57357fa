/// What can go wrong when pictures are drawn.
public enum DisplayError: Error, Hashable, Sendable {
  /// The system has no font at all.
  case noFont
  /// A drawing could not be written: path and Cairo's or the system's words.
  case notWritten(path: String, detail: String)
  /// The ending of a chart's name is not that of a chart format.
  case unknownChartFormat(path: String, known: [String])
}
