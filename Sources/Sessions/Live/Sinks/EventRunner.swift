import CSpawn
import Foundation
import Rows

/// Runs a shell command for each event, and waits for none of them.
final class EventRunner {
  private let command: String
  private var children: [pid_t] = []

  init(_ command: String) { self.command = command }

  /// Starts the command, with the event in its environment.
  /// - Throws: `LiveError.noShell`.
  func run(_ event: LiveEvent) throws {
    reap()
    var child = pid_t()
    let words = EventRunner.cStrings(["/bin/sh", "-c", command])
    let variables = EventRunner.cStrings(EventRunner.environment(event).map { "\($0)=\($1)" })
    defer { for text in words + variables { free(text) } }
    let status = EventRunner.apart { posix_spawn(&child, "/bin/sh", &$0, &$1, words, variables) }
    guard status == 0 else { throw LiveError.noShell(errno: status) }
    children.append(child)
  }

  /// What keeps a command apart from us: standard output is for rows alone, so that its own goes to standard error; it reads
  /// nothing, has no other file of ours, and its signals are as they are in a shell.
  private static func apart(
    _ spawn: (inout posix_spawn_file_actions_t, inout posix_spawnattr_t) -> Int32
  ) -> Int32 {
    var (files, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
    var (all, none) = (sigset_t(), sigset_t())
    posix_spawn_file_actions_init(&files)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&files)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO)
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1)
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    return spawn(&files, &attributes)
  }

  /// For whoever frees them.
  private static func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }

  /// Takes leave of commands that have ended.
  private func reap() { children.removeAll { waitpid($0, nil, WNOHANG) != 0 } }

  /// What the command may read of `event`, besides our own environment.
  static func environment(_ event: LiveEvent) -> [String: String] {
    ProcessInfo.processInfo.environment.merging([
      "MIEN_EVENT": event.rule.text, "MIEN_EXPRESSION": event.rule.expression, "MIEN_TRACK": "\(event.track)",
      "MIEN_FRAME": "\(event.frame)", "MIEN_TIME": "\(event.time)", "MIEN_SECONDS": "\(event.time - event.since)",
      "MIEN_CONFIDENCE": "\(event.confidence)",
    ]) { $1 }
  }
}
