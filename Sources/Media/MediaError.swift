import Core
import Glibc

/// Why a file or stream could not be read or written. Data only: the sentences are made in the program.
/// `detail` is FFmpeg's own words: the meaning of its status and the last line that it logged.
public enum MediaError: Error, Hashable, Sendable {
  /// Nothing is there under this name.
  case missing(String)
  /// It is there and may not be opened.
  case unreadable(String, detail: String)
  /// A file without a byte.
  case empty(String)
  /// Its first frame's pixels are said to have a shape that no frame has.
  case oddPixels(String, width: Int, height: Int)
  /// A folder, or a pattern, that gives no media file.
  case nothingFound(String)
  /// Not a media file, or one too damaged to open.
  case notMedia(String, detail: String)
  /// A frame in a format that a library reads which is not installed.
  case needsLibrary(String, format: String, package: String)
  /// A format that is not read.
  case needsConversion(String, format: String)
  /// No stream of frames in it.
  case noVideo(String)
  /// FFmpeg has no decoder for its codec.
  case noDecoder(String, codec: String)
  /// Not one frame could be decoded.
  case undecodable(String, detail: String)
  /// A network address that does not answer.
  case unreachable(String, detail: String)
  /// Nothing came for this many seconds.
  case timedOut(String, seconds: Double)
  /// Reading broke off.
  case reading(String, detail: String)
  /// libavdevice, or its reader of this name, is not there.
  case noDeviceReader(String)
  /// `--start` lies behind the last frame.
  case startsBehindEnd(String, start: Double)
  /// No frame lies in the part that `--start` and `--duration` give.
  case nothingBetween(String, start: Double, duration: Double)
  /// A source broke off before its end; it was tried to open it again so many times in vain.
  case brokeOff(String, detail: String, tries: Int)
  /// A packet's time, seconds, is beyond what a row or a container can say.
  case badTime(String, seconds: Double)
  /// The reader was told to stop.
  case cancelled(String)

  /// The output is there already and may not be replaced.
  case exists(String)
  /// Input and output are one file.
  case outputIsInput(String)
  /// The output's folder is missing.
  case noFolder(String)
  /// The output may not be written.
  case unwritable(String, detail: String)
  /// No container has this extension.
  case unknownContainer(String, extension: String)
  /// No encoder has this name; `known` are those with a row in the table.
  case unknownCodec(String, known: [String])
  /// FFmpeg has no encoder for what files of that ending hold.
  case noEncoder(String, codec: String)
  /// The container cannot carry this codec.
  case codecNotInContainer(codec: String, container: String)
  /// The encoder refused its settings or its input.
  case encoder(String, detail: String)
  /// More than one frame for a still image.
  case stillTakesOneImage(String)
  /// An output that was made for an input got a frame that is none of an input's.
  case frameOfAnother(String)
  /// No room is left where the output goes.
  case diskFull(String)
  /// Writing failed.
  case writing(String, detail: String)
}

extension MediaError {
  /// What went wrong with the output `path`.
  init(_ problem: FileProblem, _ path: String) {
    switch problem {
    case .exists: self = .exists(path)
    case .uncreatable(_, let code), .unwritable(_, let code): self = MediaError.output(path, code)
    case .stopped: self = .cancelled(path)
    }
  }

  private static func output(_ path: String, _ code: Int32) -> MediaError {
    switch code {
    case let code where isFull(code): .diskFull(path)
    case ENOENT, ENOTDIR: .noFolder(path)
    default: .unwritable(path, detail: String(cString: strerror(code)))
    }
  }

  /// Whether an errno value says that no room is left.
  static func isFull(_ code: Int32) -> Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }
}

/// What is not as in the source, and no reason to stop.
public enum MediaWarning: Hashable, Sendable {
  /// The container cannot carry a stream as it is.
  case converted(stream: Int, kind: StreamKind, from: String, to: String)
  /// The container cannot carry a stream at all.
  case leftOut(stream: Int, kind: StreamKind, codec: String, container: String)
  /// A stream that may hold frames, which nobody looked at.
  case withheld(stream: Int, kind: StreamKind, codec: String)
  /// The codec takes even sizes only: the last column or row was repeated.
  case padded(width: Int, height: Int)
  /// The output has fewer bits or less colour resolution (FFmpeg's names of pixel formats).
  case reducedPixels(from: String, to: String)
  /// Frames took another shape so many times: they were fitted into the first one's.
  case reshaped(times: Int)
  /// Pixels that are said to have a shape (width, height) which no frame has were taken as square.
  case oddPixels(width: Int, height: Int)
  /// Of numbered images this one is missing: those after it were not read.
  case missingNumber(Int)
  /// Fields were merged: the output is progressive.
  case deinterlaced
  /// The source ends before its stated length (seconds).
  case truncated(expected: Double, found: Double)
  /// Packets that could not be decoded and were skipped.
  case corrupt(packets: Int)
  /// The source broke off; it was tried to open it again so many times in vain.
  case brokeOff(detail: String, tries: Int)
  /// A connection broke so many times, and was made again.
  case reconnected(times: Int)
}

/// Sort of stream.
public enum StreamKind: String, Hashable, Sendable, Codable {
  /// Moving frames.
  case video
  /// Sound.
  case audio
  /// Text or frames of text.
  case subtitle
  /// A file inside the file (fonts, covers).
  case attachment
  /// Anything else.
  case data
}
