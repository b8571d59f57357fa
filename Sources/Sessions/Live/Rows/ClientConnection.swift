import Glibc

/// Someone who reads lines: never waited for. Lines that find no room are dropped whole.
final class ClientConnection {
  /// Bytes that may wait for a reader.
  private static let room = 1 << 18
  /// A pipe that can be written at all takes so many bytes at once.
  private static let piece = 4096

  private var descriptor: Int32
  private var isSocket: Bool
  private let isOwned: Bool
  private var waiting: [UInt8] = []
  /// What is written of it, and the end of the last line that is written whole.
  private var (begin, whole) = (0, 0)
  /// Lines that found no room.
  private(set) var dropped = 0
  /// Why nothing more can be written; 0 while it can.
  private(set) var failure: Int32 = 0

  /// Closes `descriptor` with itself where it `isOwned`.
  init(_ descriptor: Int32, isOwned: Bool = true) {
    (self.descriptor, self.isOwned) = (descriptor, isOwned)
    isSocket = ClientConnection.isSocket(descriptor)
  }

  deinit { if isOwned { close(descriptor) } }

  /// Goes on at `descriptor`, with the line that was not written whole.
  func move(to descriptor: Int32) {
    if isOwned, descriptor != self.descriptor { close(self.descriptor) }
    self.descriptor = descriptor
    isSocket = ClientConnection.isSocket(descriptor)
    (begin, failure) = (whole, 0)
  }

  /// Takes one line more, and writes what can be written.
  func take(_ line: [UInt8]) {
    if waiting.count - begin + line.count > ClientConnection.room { dropped += 1 } else { waiting += line }
    flush()
  }

  /// Whether nothing waits.
  var isEmpty: Bool { begin == waiting.count }

  /// Lines that are not written whole.
  var left: Int { waiting[whole...].count { $0 == ClientConnection.lineEnd } }

  /// Writes what can be written without waiting.
  func flush() {
    while failure == 0, begin < waiting.count, canTake {
      let count = min(ClientConnection.piece, waiting.count - begin)
      let written = waiting.withUnsafeBytes { write($0.baseAddress! + begin, count) }
      if written > 0 { begin += written } else if errno != EINTR { return fail(errno) }
    }
    if let end = waiting[whole..<begin].lastIndex(of: ClientConnection.lineEnd) { whole = end + 1 }
    if whole > ClientConnection.room || isEmpty {
      waiting.removeSubrange(..<whole)
      (begin, whole) = (begin - whole, 0)
    }
  }

  private static let lineEnd = UInt8(ascii: "\n")

  private static func isSocket(_ descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  private func write(_ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    isSocket
      ? send(descriptor, bytes, count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
      : Glibc.write(descriptor, bytes, count)
  }

  private func fail(_ code: Int32) { if code != EAGAIN { failure = code } }

  private var canTake: Bool {
    var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return Glibc.poll(&poll, 1, 0) == 1
  }
}
