import CFFmpeg
import Core

/// One image in a file of its own.
final class StillTarget: OutputTarget {
  private(set) var warnings: [MediaWarning] = []
  private let encoder: VideoEncoder
  private let path: String
  private let file: PendingFile
  private var bytes: [UInt8] = []
  private var isTaken = false

  /// Codec by extension, where it is not FFmpeg's default.
  private static let codecs = [
    "jpg": "jpeg", "jpeg": "jpeg", "jpe": "jpeg", "jfif": "jpeg", "webp": "webp", "pnm": "ppm",
  ]

  /// The codec of a still image with `path`'s extension; nil for movies.
  static func codec(_ path: String) throws -> VideoCodec? {
    if let name = codecs[FileName.split(path).ending.dropFirst().lowercased()] { return try VideoCodec.named(name) }
    let format = try Muxer.format(path)
    return String(cString: format.pointee.name) == "image2" ? try VideoCodec.usual(for: path, format) : nil
  }

  init(_ path: String, file: PendingFile, _ format: VideoFormat, _ codec: VideoCodec, _ options: OutputOptions) throws {
    (self.path, self.file) = (path, file)
    encoder = try VideoEncoder(codec, format, nil, options, path)
  }

  func take(_ frame: MediaFrame) throws {
    guard !isTaken else { throw MediaError.stillTakesOneImage(path) }
    isTaken = true
    try encoder.encode(frame, 0, keep)
  }

  func finish() throws {
    try encoder.finish(keep)
    do throws(FileProblem) { try file.write(bytes) } catch { throw MediaError(error, path) }
  }

  func salvage() -> Bool { isTaken && (try? finish()) != nil }

  private func keep(_ packet: UnsafeMutablePointer<AVPacket>) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))
    av_packet_unref(packet)
  }
}
