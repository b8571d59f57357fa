import Core
import Media

extension MediaError: Explained {
  var sentence: String {
    switch self {
    case .missing(let path): "\(quoted(path)) is not there: check the name."
    case .unreadable(let path, let detail): "\(quoted(path)) cannot be read: \(detail). Check who may read it."
    case .empty(let path): "\(quoted(path)) is empty: it has no bytes."
    case .oddPixels(let path, let width, let height):
      "\(quoted(path)) says that its pixels are \(width) wide and \(height) high, which no frame's are: write it anew with ffmpeg, with -vf setsar=1."
    case .nothingFound(let path):
      "\(quoted(path)) holds no video or image: name a file, a folder or pattern with some, or give --recursive to search the folders in it."
    case .notMedia(let path, let detail):
      "\(quoted(path)) is not a video or image, or is too damaged to open: \(detail)."
    case .needsLibrary(let path, let format, let package):
      "\(quoted(path)) is a \(format) frame, which needs a library: install Debian's package \(package), or convert it to JPEG."
    case .needsConversion(let path, let format):
      "\(quoted(path)) is \(format), which is not read: convert it to GIF, APNG or WebM first."
    case .noVideo(let path): "\(quoted(path)) has no frames in it, only other streams: name a video."
    case .noDecoder(let path, let codec):
      "\(quoted(path)) is in \(codec), which this FFmpeg cannot decode: convert it first."
    case .undecodable(let path, let detail):
      "Not one frame of \(quoted(path)) can be decoded: \(detail.isEmpty ? "it has none" : detail)."
    case .unreachable(let path, let detail):
      "\(quoted(path)) cannot be reached: \(detail). Check the address and the network."
    case .timedOut(let path, let seconds): "\(quoted(path)) sent nothing for \(seconds) s: check that the sender is on."
    case .reading(let path, let detail): "Reading \(quoted(path)) broke off: \(detail)."
    case .startsBehindEnd(let path, let start): "\(quoted(path)) ends before \(start) s: choose an earlier --start."
    case .nothingBetween(let path, let start, let duration):
      "\(quoted(path)) has no frame between \(start) s and \(start + duration) s: choose another --start, or a longer --duration."
    case .brokeOff(let path, let detail, let tries):
      "\(quoted(path)) broke off\(MediaError.inVain(tries)): \(detail). Check the network and the sender."
    case .badTime(let path, let seconds):
      "\(quoted(path)) gives a frame or a sound the time \(seconds) s, which nothing can say: its times are damaged; write it anew with ffmpeg."
    case .noDeviceReader(let name):
      "FFmpeg's device reader \(name) is not there: install Debian's package libavdevice59."
    case .cancelled(let path): "Reading \(quoted(path)) was stopped."
    default: outputSentence
    }
  }

  private var outputSentence: String {
    switch self {
    case .exists(let path): "\(quoted(path)) is there already: give another name, or --force to replace it."
    case .outputIsInput(let path): "\(quoted(path)) is the input itself: give the output another name."
    case .noFolder(let path): "\(quoted(path)) cannot be written: its folder is not there."
    case .unwritable(let path, let detail): "\(quoted(path)) cannot be written: \(detail)."
    case .unknownContainer(let path, let ending):
      "\(quoted(path)) cannot be written: \(ending.isEmpty ? "it has no ending" : "no format ends in .\(ending)"), try .mp4, .mkv, .webm or .gif."
    case .unknownCodec(let name, let known):
      "There is no encoder \(quoted(name)): take one of \(known.joined(separator: ", "))."
    case .noEncoder(let path, let codec):
      "\(quoted(path)) cannot be written: its ending means \(codec == "none" ? "no video" : codec), for which there is no encoder; try .mp4, .mkv, .webm or .gif."
    case .codecNotInContainer(let codec, let container):
      "\(container) files cannot carry \(codec): choose another --codec or another ending."
    case .encoder(let name, let detail): "The encoder \(name) failed: \(detail). Try another --codec or another ending."
    case .frameOfAnother(let path): "\(quoted(path)) takes frames of the input that it was made for alone."
    case .stillTakesOneImage(let path): "\(quoted(path)) takes one frame only: name a video, such as .mp4."
    case .diskFull(let path): "\(quoted(path)) cannot be written: no room is left there."
    case .writing(let path, let detail): "Writing \(quoted(path)) failed: \(detail)."
    default: "\(self)."
    }
  }
}

extension MediaError {
  fileprivate static func inVain(_ tries: Int) -> String {
    tries > 0 ? " and did not come back in \(counted(tries, "try", "tries"))" : ""
  }
}

extension MediaWarning {
  /// One sentence for people.
  var sentence: String {
    switch self {
    case .converted(let stream, let kind, let from, let to):
      "Stream \(stream) (\(kind.rawValue)) was converted from \(from) to \(to), which the output can carry."
    case .leftOut(let stream, let kind, let codec, let container):
      "Stream \(stream) (\(kind.rawValue), \(codec)) was left out: \(container) files cannot carry it."
    case .withheld(let stream, let kind, let codec):
      "Stream \(stream) (\(kind.rawValue), \(codec)) was left out: it may show faces, which are hidden in the first video alone."
    case .padded(let width, let height):
      "The frame was padded to \(width)x\(height): the codec takes even sizes only."
    case .reducedPixels(let from, let to): "Colours were reduced from \(from) to \(to), which players take."
    case .reshaped(let times):
      "The frames changed their shape \(counted(times, "time")): they were fitted into the first one's."
    case .oddPixels(let width, let height):
      "Pixels are said to be \(width) wide and \(height) high: they were taken as square."
    case .missingNumber(let number):
      "Frame number \(number) is missing: those after it were left out."
    case .deinterlaced: "The source is interlaced: its fields were merged."
    case .truncated(let expected, let found):
      "The frames end at \(rounded(found)) s, though the file states \(rounded(expected)) s: it may be cut off."
    case .corrupt(let packets): "\(counted(packets, "damaged packet was", "damaged packets were")) skipped."
    case .brokeOff(let detail, let tries): "The source broke off\(MediaError.inVain(tries)): \(detail)."
    case .reconnected(let times): "The connection broke \(counted(times, "time")) and was made again."
    }
  }

  private func rounded(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
}

extension MediaLocations {
  /// What is said of files that a folder holds and that are not read; nil where there are none.
  static func sentence(leftOut files: [String]) -> String? {
    guard !files.isEmpty else { return nil }
    return "Left out, since the ending is of no image or video: \(listed(files, quoted))."
  }
}

extension ConnectionChange {
  /// What is said while somebody looks on.
  func sentence(_ location: String) -> String {
    switch self {
    case .lost(let detail): "\(quoted(location)) is lost: \(detail). Mien waits for it."
    case .back: "\(quoted(location)) is back."
    }
  }
}
