import CFFmpeg

/// The chunks of a WebP file (RIFF; Google, *WebP Container Specification*) as a packet holds them.
enum WebPChunks {
  /// Cuts a packet behind its image: FFmpeg 5.1 ends the process by an assertion where a chunk behind it is damaged. What follows there are
  /// metadata, which `StoredOrientation` reads from the file.
  static func cutBehindImage(_ packet: UnsafeMutablePointer<AVPacket>) {
    let bytes = UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size))
    guard let end = endOfImage(bytes), let data = packet.pointee.data else { return }
    // The container says its own length, which must not be longer than what is there.
    for place in 0..<4 { data[4 + place] = UInt8(truncatingIfNeeded: (end - 8) >> (8 * place)) }
    packet.pointee.size = Int32(end)
  }

  /// Where the chunk of the first image ends, with its padding to an even length; nil where it does not lie within `bytes`.
  static func endOfImage(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard bytes.count > 12, Array(bytes[8..<12]) == Array("WEBP".utf8) else { return nil }
    var at = 12
    while at + 8 <= bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[at + 4 + $1]) << (8 * $1) }
      let end = at + 8 + length
      guard end <= bytes.count else { return nil }
      if ["VP8 ", "VP8L"].contains(String(decoding: bytes[at..<at + 4], as: UTF8.self)) {
        return min(end + length % 2, bytes.count)
      }
      at = end + length % 2
    }
    return nil
  }
}
