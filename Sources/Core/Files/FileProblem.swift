import Glibc

/// Why a file could not be written.
public enum FileProblem: Error, Hashable, Sendable {
  /// It is there already and may not be replaced.
  case exists(String)
  /// It cannot be made there.
  case uncreatable(String, errno: Int32)
  /// The disk is full, or another failure while writing.
  case unwritable(String, errno: Int32)
  /// The process was asked to end while nobody took what was written.
  case stopped(String)
}

extension FileProblem {
  /// The system's number of what went wrong.
  public var code: Int32 {
    switch self {
    case .exists: EEXIST
    case .uncreatable(_, let code), .unwritable(_, let code): code
    case .stopped: ECANCELED
    }
  }
}
