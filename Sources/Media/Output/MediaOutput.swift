import CFFmpeg
import Core

/// Writes frames, and the other streams of the input that they came from, into a file named by its container.
///
/// The file has a temporary name until `commit`; without that it is removed with this object. Used from one thread.
public final class MediaOutput: FrameSink {
  private let path: String
  private let file: PendingFile
  private let target: any OutputTarget
  private var isFinished = false
  /// Where frames need not be an input's.
  private var importer: FrameImporter?
  /// Time of the first frame, where times are counted from there.
  private var begin: Double?

  /// An output at `path` for the frames of `input`, whose sound, subtitles, chapters and metadata it takes along.
  /// A still input and an extension of still images give a still image. Call it before the input's first `next`.
  public static func create(
    _ path: String, for input: MediaInput, options: OutputOptions = OutputOptions()
  ) throws -> MediaOutput {
    precondition(input.first != nil, "the output is made before the input's first frame is taken")
    let rate = av_guess_frame_rate(input.reader.demuxer.context, input.reader.stream, nil)
    let format = VideoFormat(of: input.first!, timeBase: input.reader.stream.pointee.time_base, rate: rate)
    let output = try MediaOutput(path, format, input, options)
    input.isPassedOn = true
    return output
  }

  /// An output at `path` for frames like `frame`, about `rate` a second, whose times may begin anywhere. There is no
  /// sound. An extension of still images gives a still image.
  public static func create(
    _ path: String, like frame: any Frame, rate: Double, options: OutputOptions = OutputOptions()
  ) throws -> MediaOutput {
    let importer = FrameImporter()
    let format = VideoFormat(of: importer.imported(frame), timeBase: FFMicroseconds, rate: av_d2q(rate, 1 << 16))
    let output = try MediaOutput(path, format, nil, options)
    (output.importer, output.begin) = (importer, frame.time)
    return output
  }

  private init(_ path: String, _ format: VideoFormat, _ input: MediaInput?, _ options: OutputOptions) throws {
    let still = try StillTarget.codec(path)
    // An estimate may be one frame out; the second one that comes is refused in any case.
    if still != nil, let info = input?.info, !info.isStill, info.frames ?? 1 > 2 {
      throw MediaError.stillTakesOneImage(path)
    }
    let asked = try options.codec.map(VideoCodec.named)
    _ = try asked?.find()
    if let input, FileName.areOne(path, input.info.location) { throw MediaError.outputIsInput(path) }
    self.path = path
    file = try MediaOutput.open(path, options)
    if let still {
      target = try StillTarget(path, file: file, format, asked ?? still, options)
    } else {
      target = try MovieTarget(path, file: file, format, input, options)
    }
  }

  /// Whether `path` ends as videos or image do.
  public static func isFile(_ path: String) -> Bool {
    guard let format = try? Muxer.format(path) else { return false }
    return av_guess_codec(format, nil, path, nil, AVMEDIA_TYPE_VIDEO) != AV_CODEC_ID_NONE
  }

  private static func open(_ path: String, _ options: OutputOptions) throws -> PendingFile {
    do throws(FileProblem) {
      return try PendingFile(path, replaces: options.force) { options.whenWaiting(path) }
    } catch { throw MediaError(error, path) }
  }

  /// What is not as in the source.
  public var warnings: [MediaWarning] { target.warnings }

  /// - Throws: `MediaError.frameOfAnother` where the output was made for an input, and the frame is none of an input's.
  public func consume(_ frame: any Frame, _ result: FrameResult) throws {
    guard let frame = importer?.imported(frame) ?? frame as? MediaFrame else { throw MediaError.frameOfAnother(path) }
    if let begin {
      frame.ticks = Int64(((frame.time - begin) * 1e6).rounded())
      frame.duration = 0
    }
    try target.take(frame)
  }

  /// Completes the file under its temporary name.
  public func finish() throws {
    guard !isFinished else { return }
    try target.finish()
    isFinished = true
  }

  /// Completes the file and gives it its final name.
  public func commit() throws {
    try finish()
    do throws(FileProblem) { try file.commit() } catch { throw MediaError(error, path) }
  }

  /// Completes what has been written until now as `OUT.partial.EXT`, also after something went wrong; gives that name, or
  /// nil where there is nothing to keep.
  public func keepPartial() throws -> String? {
    if !isFinished {
      isFinished = true
      guard target.salvage() else { return nil }
    }
    do throws(FileProblem) { return try file.keepPartial() } catch { throw MediaError(error, path) }
  }
}
