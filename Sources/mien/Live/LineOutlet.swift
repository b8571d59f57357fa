import Glibc
import Recognition
import Synchronization

/// Hands lines to other programs, on a thread of its own: whoever sends never waits.
///
/// `@unchecked Sendable`: what is not a queue or a counter belongs to the thread.
final class LineOutlet: @unchecked Sendable {
  /// Lines that may wait for the thread.
  private static let depth = 1024
  /// Seconds that readers get at the end for what still waits.
  private static let leave = 2.0

  /// Where lines go.
  let address: LineAddress
  private let queue = BoundedQueue<[UInt8]>(capacity: LineOutlet.depth, policy: .live)
  private let lost = Atomic<Int>(0)
  private let file: OutputFile?
  private var listener: Int32?
  private var readers: [LineReader] = []
  private var thread: StageThread<Void>?

  /// Opens the place and starts the thread.
  /// - Throws: `LiveError` or `OutputFileError`.
  init(_ address: LineAddress, force: Bool) throws {
    self.address = address
    switch address {
    case .standardOutput:
      file = nil
      readers = [LineReader(STDOUT_FILENO, isOwned: false)]
    case .file(let path): file = try OutputFile(path, force: force)
    case .unix, .tcp:
      file = nil
      switch try LineSocket(address) {
      case .connected(let descriptor): readers = [LineReader(descriptor)]
      case .listening(let descriptor): listener = descriptor
      }
    }
    thread = StageThread { [self] in try serve() }
  }

  /// Whether it waits for readers to come.
  var isListening: Bool { listener != nil }

  /// Lines that did not get through, until now.
  var dropped: Int { queue.figures.dropped + lost.load(ordering: .relaxed) }

  /// Takes one line. False once nobody can read it any more.
  func send(_ line: [UInt8]) -> Bool { queue.push(line) }

  /// Nothing follows: readers get a moment for the rest; a file gets its name, or is kept as a partial one.
  /// Gives the name of what was kept.
  func finish(interrupted: Bool) throws -> String? {
    queue.close()
    try thread?.join().get()
    thread = nil
    readers = []
    if let listener { close(listener) }
    if case .unix(let path) = address, listener != nil { unlink(path) }
    guard let file else { return nil }
    if interrupted { return try file.keepPartial() }
    try file.commit()
    return file.name
  }

  /// The thread: lines out, readers in.
  private func serve() throws {
    defer { queue.abandon() }
    while true {
      switch queue.pop(within: 0.02) {
      case .element(let line): try deliver(line)
      case .wait: for reader in readers { reader.flush() }
      case .ended: return takeLeave()
      }
      try lookAround()
    }
  }

  private func deliver(_ line: [UInt8]) throws {
    try file?.write(line)
    if readers.isEmpty, file == nil { lost.add(1, ordering: .relaxed) }
    for reader in readers {
      let before = reader.dropped
      reader.take(line)
      lost.add(reader.dropped - before, ordering: .relaxed)
    }
  }

  /// New readers come, broken ones go. Without standard output there is nothing to do.
  private func lookAround() throws {
    if let listener, let reader = LineSocket.accept(listener) { readers.append(LineReader(reader)) }
    if address == .standardOutput, readers[0].failure != 0 {
      throw TerminalError.unwritable(errno: readers[0].failure)
    }
    if readers.contains(where: { $0.failure != 0 }) { readers.removeAll { $0.failure != 0 } }
  }

  private func takeLeave() {
    let clock = SystemClock()
    let end = clock.now() + LineOutlet.leave
    while clock.now() < end, readers.contains(where: { !$0.isEmpty && $0.failure == 0 }) {
      for reader in readers { reader.flush() }
      usleep(1000)
    }
  }
}
