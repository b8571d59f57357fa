import Core
import Rows

/// Waits for events, says them, and runs a command for each.
final class EventSink: LiveSink {
  let name = "--event"
  private var watcher: EventWatcher
  private let runner: EventRunner?
  private let tell: (SessionNotice) -> Void

  init(_ rules: [EventRule], command: String?, tell: @escaping (SessionNotice) -> Void) {
    watcher = EventWatcher(rules)
    runner = command.map(EventRunner.init)
    self.tell = tell
  }

  func take(_ result: FrameResult) throws -> Bool {
    for event in watcher.take(result) {
      tell(.event(event))
      try runner?.run(event)
    }
    return true
  }
}
