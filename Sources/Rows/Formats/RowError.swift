/// Why rows of an earlier run cannot be taken up.
public enum RowError: Error, Hashable, Sendable {
  /// The file cannot be read.
  case unreadable(String, errno: Int32)
  /// A line is no row.
  case malformed(String, line: Int)
  /// The rows have other classes than this run.
  case labelsDiffer(String)
  /// A row is not of the frame that it should be.
  case otherFrame(String, expected: Int, found: Int)
}
