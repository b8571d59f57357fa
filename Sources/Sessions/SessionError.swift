import Core
import Media

/// The work was stopped before its end.
public struct Interrupted: Error, Hashable, Sendable {
  /// Files that hold what was done so far.
  public var kept: [String]

  /// With the names of what is kept.
  public init(kept: [String]) { self.kept = kept }
}

/// Work that did not come to its end: what was done of it is kept.
public struct BrokenOff: Error {
  /// Why.
  public var failure: any Error
  /// Files that hold what was done.
  public var kept: [String]

  /// With the names of what is kept.
  public init(_ failure: any Error, kept: [String]) { (self.failure, self.kept) = (failure, kept) }

  /// An output takes nothing more, so that the other inputs would fail, too.
  var isOfOutput: Bool {
    if case MediaError.diskFull = failure { return true }
    return failure is OutputFileError || failure is StandardOutputError || failure is RowDatabaseError
  }
}
