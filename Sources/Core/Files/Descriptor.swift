import Glibc

/// Writes all of `bytes`; false, with `errno`, where that fails.
public func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
  var done = 0
  while done < bytes.count {
    let written = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
    if written < 0, errno == EINTR { continue }
    guard written > 0 else { return false }
    done += written
  }
  return true
}

/// Writes all of `bytes` to a pipe, a socket or a device, whose reader may take its time; false, with `errno`, where
/// that fails, and with `ECANCELED` where the process was asked to end while the reader took nothing.
public func writePatiently(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
  // A pipe that can be written at all takes so many bytes at once.
  let piece = 4096
  var done = 0
  while done < bytes.count {
    guard isReady(descriptor) else {
      guard StopRequest.isMade else { continue }
      errno = ECANCELED
      return false
    }
    let written = write(descriptor, bytes.baseAddress! + done, min(piece, bytes.count - done))
    if written < 0, errno == EINTR || errno == EAGAIN { continue }
    guard written > 0 else { return false }
    done += written
  }
  return true
}

/// Whether `descriptor` takes bytes, or says why not, within a twentieth of a second.
private func isReady(_ descriptor: Int32) -> Bool {
  var waited = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
  return poll(&waited, 1, 50) > 0
}
