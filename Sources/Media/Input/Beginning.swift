import CFFmpeg

/// The first frames of a source as they were sent, by their hashes: a recording that is opened again begins with them
/// once more, a camera goes on.
struct Beginning {
  private var hashes: Set<Int> = []
  private var count = 0
  /// So many packets are remembered, and so many compared.
  private static let (length, glance) = (32, 8)

  /// Takes in a packet of frames, if it is one of the first.
  mutating func note(_ packet: UnsafeMutablePointer<AVPacket>) {
    guard count < Beginning.length else { return }
    count += 1
    hashes.insert(Beginning.hash(packet))
  }

  /// Whether `demuxer`, just opened, begins alike; nil where it gives no frame. What it reads for that is read again later.
  func isThat(of demuxer: Demuxer, _ video: Int) throws -> Bool? {
    var (seen, known) = (0, 0)
    try demuxer.peek(Beginning.glance, of: video) { packet in
      seen += 1
      if hashes.contains(Beginning.hash(packet)) { known += 1 }
    }
    return seen == 0 ? nil : known * 2 > seen
  }

  private static func hash(_ packet: UnsafeMutablePointer<AVPacket>) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))
    return hasher.finalize()
  }
}
