import CFFmpeg
import Files

/// One picture in a file of its own.
final class StillTarget: OutputTarget {
  private(set) var warnings: [MediaWarning] = []
  private let encoder: VideoEncoder
  private let path: String
  private let file: PendingFile
  private var bytes: [UInt8] = []
  private var isTaken = false

  /// Codec by extension.
  static let codecs = [
    "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "webp": "webp", "bmp": "bmp", "tif": "tiff", "tiff": "tiff",
    "ppm": "ppm",
  ]

  /// The codec of a still picture with `path`'s extension; nil for movies.
  static func codec(_ path: String) -> String? { codecs[FileName.split(path).ending.dropFirst().lowercased()] }

  init(_ path: String, file: PendingFile, _ format: VideoFormat, _ codec: String, _ options: OutputOptions) throws {
    (self.path, self.file) = (path, file)
    encoder = try VideoEncoder(try VideoCodec.named(codec), format, nil, options, path)
  }

  func take(_ frame: MediaFrame) throws {
    guard !isTaken else { throw MediaError.stillTakesOnePicture(path) }
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
