import Foundation
import Recognition

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
    let status = posix_spawn(&child, "/bin/sh", nil, nil, words, variables)
    guard status == 0 else { throw LiveError.noShell(errno: status) }
    children.append(child)
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
