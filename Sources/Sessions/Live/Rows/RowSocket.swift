import Core
import Foundation

/// A socket at an address: connected to whoever listens there, else listening itself.
enum RowSocket {
  case connected(Int32)
  case listening(Int32)

  /// Seconds that a listener has for its answer.
  private static let patience = 5.0

  /// - Throws: `LiveError` where it can neither connect nor listen.
  init(_ address: RowAddress) throws(LiveError) {
    if let descriptor = RowSocket.connection(to: address, within: RowSocket.patience) {
      self = .connected(descriptor)
      return
    }
    let refusal = errno
    try RowSocket.makeRoom(at: address, refusal)
    guard let descriptor = RowSocket.open(address, RowSocket.bound) else {
      throw .noReader(address.text, errno: errno == EADDRNOTAVAIL ? refusal : errno)
    }
    self = .listening(descriptor)
  }

  /// A connection to whoever listens at `address`; nil, with `errno`, where nobody answers in so many seconds, or the
  /// process is asked to end.
  static func connection(to address: RowAddress, within seconds: Double) -> Int32? {
    let end = Date() + seconds
    let socket = open(address) { socket, address, length in
      connect(socket, address, length) == 0 || errno == EINPROGRESS && isConnected(socket, until: end)
    }
    if let socket { _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) & ~O_NONBLOCK) }
    return socket
  }

  /// A reader that has come, if one has.
  static func accept(_ descriptor: Int32) -> Int32? {
    let reader = Glibc.accept(descriptor, nil, nil)
    guard reader >= 0 else { return nil }
    _ = fcntl(reader, F_SETFD, FD_CLOEXEC)
    return reader
  }

  private static func isConnected(_ socket: Int32, until end: Date) -> Bool {
    var waited = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
    while poll(&waited, 1, 50) == 0 {
      errno = StopRequest.isMade ? ECANCELED : ETIMEDOUT
      if StopRequest.isMade || Date() > end { return false }
    }
    var (code, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
    errno = code
    return code == 0
  }

  /// Only where nobody is: a socket file that nobody listens at any more goes; all else at a path is another's.
  private static func makeRoom(at address: RowAddress, _ refusal: Int32) throws(LiveError) {
    switch address {
    case .unix(let path):
      if refusal == ENOENT { return }
      var status = stat()
      let isSocket = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
      guard refusal == ECONNREFUSED, isSocket else { throw .taken(address.text) }
      unlink(path)
    default:
      guard refusal == ECONNREFUSED else { throw .noReader(address.text, errno: refusal) }
    }
  }

  private typealias Preparation = (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool

  /// A socket made ready by `prepare`; nil, with `errno`, where it refuses.
  private static func open(_ address: RowAddress, _ prepare: Preparation) -> Int32? {
    switch address {
    case .unix(let path): openUnix(path, prepare)
    case .tcp(let host, let port): openTCP(host, port, prepare)
    default: nil
    }
  }

  private static func bound(_ socket: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Bool {
    var one: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    return bind(socket, address, length) == 0 && listen(socket, 4) == 0
  }

  private static func openUnix(_ path: String, _ prepare: Preparation) -> Int32? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        ready(AF_UNIX, $0, socklen_t(MemoryLayout<sockaddr_un>.size), prepare)
      }
    }
  }

  private static func openTCP(_ host: String, _ port: String, _ prepare: Preparation) -> Int32? {
    for place in HostLookup.places(host, port) {
      let socket = place.address.withUnsafeBytes { bytes in
        ready(
          place.family, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count), prepare)
      }
      if let socket { return socket }
    }
    return nil
  }

  private static func ready(
    _ family: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t, _ prepare: Preparation
  ) -> Int32? {
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let socket = Glibc.socket(family, Int32(kind), 0)
    guard socket >= 0 else { return nil }
    if prepare(socket, address, length) { return socket }
    let code = errno
    close(socket)
    errno = code
    return nil
  }
}

/// Looks a host up on a thread of its own, which is left behind where the process is asked to end meanwhile.
///
/// `@unchecked Sendable`: `found` is written before `done` is signalled and read after that alone.
private final class HostLookup: @unchecked Sendable {
  struct Place {
    var family: Int32
    var address: [UInt8]
  }

  private var found: [Place] = []
  private let done = DispatchSemaphore(value: 0)

  /// Where to find it; nothing, with `errno`, where that is not known.
  static func places(_ host: String, _ port: String) -> [Place] {
    let lookup = HostLookup()
    Thread.detachNewThread {
      lookup.found = HostLookup.resolved(host, port)
      lookup.done.signal()
    }
    while lookup.done.wait(timeout: .now() + 0.05) == .timedOut {
      guard StopRequest.isMade else { continue }
      errno = ECANCELED
      return []
    }
    errno = EHOSTUNREACH
    return lookup.found
  }

  private static func resolved(_ host: String, _ port: String) -> [Place] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host.isEmpty ? nil : host, port, &hints, &list) == 0, let list else { return [] }
    defer { freeaddrinfo(list) }
    return sequence(first: list, next: { $0.pointee.ai_next }).map { entry in
      let address = UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen))
      return Place(family: entry.pointee.ai_family, address: Array(address))
    }
  }
}
