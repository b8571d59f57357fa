import CSpawn
import Foundation
import Synchronization

/// Another program under way.
///
/// Foundation's `Process` tells that a child has ended by a socket that the child holds. Children started at the same time on
/// other threads may inherit it, and one of them that lives on keeps `waitUntilExit` waiting for ever. They also inherit the
/// signals that the thread holds back. A child of this type has neither: no file but its three, no signal blocked or
/// ignored, and an end that is waited for by its number, for a limited time.
public final class ChildProcess: Sendable {
  /// Its number.
  public let identifier: pid_t
  private let ended = Mutex<Int32?>(nil)

  /// Starts the program at `path` with nothing on its standard input.
  /// - Parameters:
  ///   - folder: where it works; nil: where the tests do.
  ///   - output: path of the file that takes its standard output; nil: nowhere.
  ///   - errors: the same for its standard error.
  /// - Throws: `POSIXError` where it cannot be started.
  public init(
    _ path: String, _ arguments: [String], in folder: URL? = nil, output: String? = nil, errors: String? = nil
  ) throws {
    var (files, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
    posix_spawn_file_actions_init(&files)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&files)
      posix_spawnattr_destroy(&attributes)
    }
    Self.open([nil, output, errors], &files)
    if let folder { posix_spawn_file_actions_addchdir_np(&files, folder.path) }
    Self.clearSignals(&attributes)
    let words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    let status = posix_spawn(&child, path, &files, &attributes, words, environ)
    guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EIO) }
    identifier = child
  }

  /// Standard input, output and error, and no other.
  private static func open(_ paths: [String?], _ files: inout posix_spawn_file_actions_t) {
    for (number, path) in zip(Int32(0)..., paths) {
      let mode = number == STDIN_FILENO ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC
      posix_spawn_file_actions_addopen(&files, number, path ?? "/dev/null", mode, 0o644)
    }
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1)
  }

  private static func clearSignals(_ attributes: inout posix_spawnattr_t) {
    var (all, none) = (sigset_t(), sigset_t())
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
  }

  deinit { if isRunning { stop() } }

  /// Whether it has not ended yet.
  public var isRunning: Bool { status == nil }

  /// How it ended: its exit status, or the number of the signal that ended it; nil while it runs.
  private var status: Int32? {
    ended.withLock { ended in
      var raw: Int32 = 0
      if ended == nil, waitpid(identifier, &raw, WNOHANG) != 0 {
        ended = raw & 0x7f == 0 ? raw >> 8 & 0xff : raw & 0x7f
      }
      return ended
    }
  }

  /// Sends it a signal, unless it has ended.
  public func send(_ signal: Int32) { if isRunning { kill(identifier, signal) } }

  /// Ends it, whatever it does.
  public func stop() {
    send(SIGKILL)
    _ = wait()
  }

  /// Waits for its end. Who is still running after `seconds` is killed, so that a test fails, by that signal's number,
  /// rather than never ends.
  /// - Returns: its exit status, or the number of the signal that ended it.
  public func wait(_ seconds: Double = 400) -> Int32 {
    var clock = ContinuousClock.now
    let end = clock + .seconds(seconds)
    while true {
      if let status { return status }
      if clock < end, ContinuousClock.now >= end { kill(identifier, SIGKILL) }
      clock = .now
      usleep(3000)
    }
  }
}
