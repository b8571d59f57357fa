import Glibc

/// A thread that runs one stage and hands its outcome to whoever joins it.
///
/// `@unchecked Sendable`: `outcome` is written by the thread before it ends and read after `pthread_join` alone.
public final class StageThread<Outcome>: @unchecked Sendable {
  private var outcome: Result<Outcome, any Error>?
  private var thread = pthread_t()
  private let body: () throws -> Outcome

  /// Starts `body`. What it captures belongs to the thread until `join` returns.
  /// - Parameter yields: lets other threads go first where processors are few.
  public init(yields: Bool = false, _ body: @escaping () throws -> Outcome) {
    self.body = body
    let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
      Unmanaged<AnyStage>.fromOpaque(context!).takeRetainedValue().run()
      return nil
    }
    let context = Unmanaged.passRetained(
      AnyStage { [self] in
        // In Linux a thread has a niceness of its own, and 0 means the calling one.
        if yields { setpriority(Int32(PRIO_PROCESS.rawValue), 0, StageThreads.yielding) }
        outcome = Result(catching: self.body)
      })
    let status = pthread_create(&thread, nil, start, context.toOpaque())
    precondition(status == 0, "the system refuses another thread")
  }

  /// Waits for the end.
  public func join() -> Result<Outcome, any Error> {
    pthread_join(thread, nil)
    return outcome!
  }
}

private enum StageThreads {
  /// Niceness of a thread that yields: about a third of an ordinary one's share.
  static let yielding: Int32 = 5
}

/// What a C thread entry can carry.
private final class AnyStage {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}
