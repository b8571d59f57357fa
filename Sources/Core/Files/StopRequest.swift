import Synchronization

/// Whether this process was asked to end, by Ctrl-C or another signal: whoever waits for others looks at it.
public enum StopRequest {
  private static let flag = Atomic<Bool>(false)

  /// Whether it was.
  public static var isMade: Bool { flag.load(ordering: .relaxed) }

  /// Asks.
  public static func make() { flag.store(true, ordering: .relaxed) }
}
