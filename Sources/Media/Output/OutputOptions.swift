/// How to write an output.
public struct OutputOptions: Sendable {
  /// Name in the table of codecs, or of an FFmpeg encoder; nil: by the container.
  public var codec: String?
  /// 0 (small) to 100 (best).
  public var quality: Int = 80
  /// May replace a file.
  public var force = false
  /// Keep the source's bit depth and chroma resolution also where few players take them.
  public var keepsPixels = false
  /// Leave out the source's other streams that may hold frames: second videos, covers, subtitles that are frames, attached files.
  public var leavesOutImages = false
  /// Leave out the source's sound.
  public var leavesOutSound = false
  /// Leave out what the source says of itself: title, place, time, names of chapters; languages stay.
  public var leavesOutMetadata = false

  /// Called with the output's name where it is a pipe without a reader, which is waited for.
  public var whenWaiting: @Sendable (String) -> Void = { _ in }

  /// The defaults.
  public init() {}

  /// All fields.
  public init(codec: String?, quality: Int = 80, force: Bool = false) {
    self.codec = codec
    self.quality = quality
    self.force = force
  }
}
