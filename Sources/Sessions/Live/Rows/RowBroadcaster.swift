import Core
import Glibc
import Synchronization

/// Hands lines to other programs, on a thread of its own: whoever sends never waits.
///
/// `@unchecked Sendable`: what is not a queue or a counter belongs to the thread.
final class RowBroadcaster: @unchecked Sendable {
  /// Lines that may wait for the thread.
  private static let depth = 1024
  /// Seconds that readers get at the end for what still waits, where they are not waited for.
  private static let leave = 2.0
  /// Seconds between two tries to reach a reader that has gone.
  private static let pace = 1.0

  /// Where lines go.
  let address: RowAddress
  private let queue = BoundedQueue<[UInt8]>(capacity: RowBroadcaster.depth, policy: .live)
  private let lost = Atomic<Int>(0)
  private let waits = Atomic<Bool>(false)
  private let clock = SystemClock()
  private let file: OutputFile?
  /// A pipe by its name, which readers may leave and come to.
  private var pipe: PendingFile?
  private var listener: Int32?
  private var ownSocket: (device: dev_t, number: ino_t)?
  private var readers: [ClientConnection] = []
  private var nextTry = 0.0
  private var hasSaidGone = false
  private var thread: StageThread<Void>?
  private let context: SessionContext

  /// Opens the place and starts the thread.
  /// - Throws: `LiveError` or `OutputFileError`.
  init(_ address: RowAddress, force: Bool, _ context: SessionContext = SessionContext()) throws {
    (self.address, self.context) = (address, context)
    let waiting = { (path: String) in context.notify(.waiting(path)) }
    switch address {
    case .standardOutput:
      file = nil
      readers = [ClientConnection(STDOUT_FILENO, isOwned: false)]
    case .file(let path) where FileName.isSpecial(path):
      file = nil
      let pipe = try RowBroadcaster.open(path, waiting)
      self.pipe = pipe
      readers = [ClientConnection(pipe.descriptor, isOwned: false)]
    case .file(let path): file = try OutputFile(path, force: force, whenWaiting: waiting)
    case .unix, .tcp:
      file = nil
      switch try RowSocket(address) {
      case .connected(let descriptor): readers = [ClientConnection(descriptor)]
      case .listening(let descriptor): listener = descriptor
      }
      if case .unix(let path) = address, listener != nil { ownSocket = RowBroadcaster.identity(path) }
    }
    thread = StageThread { [self] in try serve() }
  }

  private static func open(
    _ path: String, _ whenWaiting: (String) -> Void
  ) throws(OutputFileError) -> PendingFile {
    do throws(FileProblem) { return try PendingFile(path, replaces: true) { whenWaiting(path) } } catch {
      throw OutputFileError(error)
    }
  }

  /// Whether it waits for readers to come.
  var isListening: Bool { listener != nil }

  /// Lines that did not get through, until now.
  var dropped: Int { queue.figures.dropped + lost.load(ordering: .relaxed) }

  /// Takes one line. False once nobody can read it any more.
  func send(_ line: [UInt8]) -> Bool { queue.push(line) }

  /// Nothing follows: a file gets its name, or is kept as a partial one. Readers get a moment for the rest; where it
  /// `waits`, those that are there get all, until the process is asked to end. Gives the name of what was kept.
  /// - Throws: what went wrong with a file, as `BrokenOff` with what is kept of it.
  func finish(interrupted: Bool, waits: Bool = false) throws -> String? {
    self.waits.store(waits, ordering: .relaxed)
    queue.close()
    let outcome = thread?.join()
    thread = nil
    lost.add(readers.reduce(0) { $0 + $1.left }, ordering: .relaxed)
    readers = []
    if let listener { close(listener) }
    removeSocket()
    guard let file else {
      try outcome?.get()
      return nil
    }
    do {
      try outcome?.get()
      if interrupted { return try file.keepPartial() }
      try file.commit()
      return file.name
    } catch { throw BrokenOff(error, kept: (try? file.keepPartial()).map { [$0] } ?? []) }
  }

  /// The socket's file goes, unless another has taken its place.
  private func removeSocket() {
    guard case .unix(let path) = address, let ownSocket, let found = RowBroadcaster.identity(path) else { return }
    if found == ownSocket { unlink(path) }
  }

  private static func identity(_ path: String) -> (device: dev_t, number: ino_t)? {
    var status = stat()
    return lstat(path, &status) == 0 ? (status.st_dev, status.st_ino) : nil
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
    if let listener {
      if let reader = RowSocket.accept(listener) { readers.append(ClientConnection(reader)) }
      for reader in readers where reader.failure != 0 { lost.add(reader.left, ordering: .relaxed) }
      readers.removeAll { $0.failure != 0 }
    } else if let reader = readers.first, reader.failure != 0 {
      if address == .standardOutput { throw StandardOutputError.unwritable(errno: reader.failure) }
      callBack(reader)
    }
  }

  /// A reader that we went to, and that has gone, is gone to again; what finds room waits for it.
  private func callBack(_ reader: ClientConnection) {
    if !hasSaidGone {
      context.notify(.readerGone(address.text))
    }
    hasSaidGone = true
    guard clock.now() >= nextTry else { return }
    nextTry = clock.now() + RowBroadcaster.pace
    if let pipe { return reader.move(to: pipe.descriptor) }
    if let descriptor = RowSocket.connection(to: address, within: 0.5) { reader.move(to: descriptor) }
  }

  private func takeLeave() {
    let begin = clock.now()
    var hasSaid = false
    while readers.contains(where: { !$0.isEmpty && $0.failure == 0 }) {
      let isOver = clock.now() >= begin + RowBroadcaster.leave
      if isOver, StopRequest.isMade || !waits.load(ordering: .relaxed) { return }
      if isOver, !hasSaid { context.notify(.waiting(address.text)) }
      hasSaid = hasSaid || isOver
      for reader in readers { reader.flush() }
      usleep(1000)
    }
  }
}
