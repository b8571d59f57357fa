import CFFmpeg

/// What the libraries that are installed here read and write.
public enum MediaSupport {
  /// FFmpeg's version.
  public static var version: String { String(cString: av_version_info()) }

  /// Names for `--codec`, with whether FFmpeg has the encoder here.
  public static var codecs: [(name: String, isThere: Bool)] {
    VideoCodec.table.map { ($0.name, avcodec_find_encoder_by_name($0.encoder) != nil) }
  }

  /// Whether HEIC is read.
  public static var readsHEIC: Bool { HEIFImage.isThere }
}
