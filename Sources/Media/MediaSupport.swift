import CFFmpeg

/// What the libraries that are installed here read and write.
public enum MediaSupport {
  /// Loads FFmpeg's libraries, which else happens when one of their functions is first called: they bring some 150 others. From any thread.
  package static func load() { _ = av_find_input_format("mp4") }

  /// FFmpeg's version.
  public static var version: String { String(cString: av_version_info()) }

  /// Names for `--codec`, with whether FFmpeg has the encoder here.
  public static var codecs: [(name: String, isThere: Bool)] {
    VideoCodec.table.map { ($0.name, avcodec_find_encoder_by_name($0.encoder) != nil) }
  }

  /// Whether HEIC is read.
  public static var readsHEIC: Bool { HEIFImage.isThere }
}
