import Foundation

/// Where rows go as they happen.
enum LineAddress: Hashable, Sendable {
  case standardOutput
  case file(String)
  case unix(String)
  case tcp(host: String, port: String)

  /// The place that `text` names: `-`, `unix:PATH`, `tcp:HOST:PORT`, or a file.
  /// - Throws: `LiveError.badAddress`.
  init(_ text: String) throws(LiveError) {
    if text == "-" {
      self = .standardOutput
    } else if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard !path.isEmpty, path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
        throw .badAddress(text)
      }
      self = .unix(path)
    } else if text.hasPrefix("tcp:") {
      let rest = text.dropFirst(4)
      guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...]), port > 0 else {
        throw .badAddress(text)
      }
      let host = rest[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
      self = .tcp(host: host, port: "\(port)")
    } else {
      self = .file(text)
    }
  }

  /// As it was written.
  var text: String {
    switch self {
    case .standardOutput: "-"
    case .file(let path): path
    case .unix(let path): "unix:\(path)"
    case .tcp(let host, let port): "tcp:\(host):\(port)"
    }
  }
}

/// A socket at an address: connected to whoever listens there, else listening itself.
enum LineSocket {
  case connected(Int32)
  case listening(Int32)

  /// - Throws: `LiveError.noReader` where it can neither connect nor listen.
  init(_ address: LineAddress) throws(LiveError) {
    if let descriptor = LineSocket.open(address, LineSocket.connected) {
      self = .connected(descriptor)
    } else if let descriptor = LineSocket.open(address, LineSocket.bound) {
      self = .listening(descriptor)
    } else {
      throw .noReader(address.text, errno: errno)
    }
  }

  /// A reader that has come, if one has.
  static func accept(_ descriptor: Int32) -> Int32? {
    let reader = Glibc.accept(descriptor, nil, nil)
    guard reader >= 0 else { return nil }
    _ = fcntl(reader, F_SETFD, FD_CLOEXEC)
    return reader
  }

  /// A socket made ready by `prepare`; nil, with `errno`, where it refuses.
  private static func open(
    _ address: LineAddress, _ prepare: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
  ) -> Int32? {
    switch address {
    case .unix(let path): openUnix(path, prepare)
    case .tcp(let host, let port): openTCP(host, port, prepare)
    default: nil
    }
  }

  private static func connected(_ socket: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Bool {
    connect(socket, address, length) == 0
  }

  /// A socket file that nobody listens at any more is in the way.
  private static func bound(_ socket: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Bool {
    var one: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    if Int32(address.pointee.sa_family) == AF_UNIX { removeStale(address) }
    return bind(socket, address, length) == 0 && listen(socket, 4) == 0
      && fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK) == 0
  }

  private static func removeStale(_ address: UnsafePointer<sockaddr>) {
    address.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { unix in
      var status = stat()
      withUnsafePointer(to: unix.pointee.sun_path) { path in
        path.withMemoryRebound(to: CChar.self, capacity: 108) { path in
          if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
        }
      }
    }
  }

  private static func openUnix(
    _ path: String, _ prepare: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
  ) -> Int32? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        ready(AF_UNIX, $0, socklen_t(MemoryLayout<sockaddr_un>.size), prepare)
      }
    }
  }

  private static func openTCP(
    _ host: String, _ port: String, _ prepare: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
  ) -> Int32? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host.isEmpty ? nil : host, port, &hints, &list) == 0 else {
      errno = EHOSTUNREACH
      return nil
    }
    defer { freeaddrinfo(list) }
    for entry in sequence(first: list!, next: { $0.pointee.ai_next }) {
      let socket = ready(entry.pointee.ai_family, entry.pointee.ai_addr, entry.pointee.ai_addrlen, prepare)
      if let socket { return socket }
    }
    return nil
  }

  private static func ready(
    _ family: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t,
    _ prepare: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
  ) -> Int32? {
    let socket = Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
    if prepare(socket, address, length) { return socket }
    let code = errno
    close(socket)
    errno = code
    return nil
  }
}
