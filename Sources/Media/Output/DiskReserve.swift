import Core
import Glibc

/// Room on a disk that is held for a container's end: a file without a name, which is gone with the process.
final class DiskReserve {
  private var descriptor: Int32
  private var held = 0
  private var needed = DiskReserve.least

  /// Bytes that headers and what waits in buffers take.
  private static let least = 128 << 10
  /// Bytes that the largest tables take for a packet (MP4: its size, length, offset and place).
  private static let perPacket = 64
  /// Bytes that are added at once.
  private static let step = 64 << 10

  /// On the disk of the file `path`; nil where the disk cannot do it.
  init?(beside path: String) {
    let folder = FileName.split(path).folder
    // O_TMPFILE, which Swift does not import.
    descriptor = open(folder.isEmpty ? "." : folder, O_RDWR | O_DIRECTORY | 0o20_000_000 | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    grow()
  }

  deinit { release() }

  func countPacket() {
    needed += DiskReserve.perPacket
    if descriptor >= 0, needed > held { grow() }
  }

  /// Gives it back. False where nothing was held.
  @discardableResult
  func release() -> Bool {
    guard descriptor >= 0 else { return false }
    close(descriptor)
    descriptor = -1
    return held > 0
  }

  /// As far as there is room.
  private func grow() {
    let wanted = needed + DiskReserve.step
    if posix_fallocate(descriptor, 0, wanted) == 0 { held = wanted }
  }
}
