import CFFmpeg
import Glibc

/// Where a source is, and how FFmpeg is to open it.
struct Location: Hashable, Sendable {
  /// As the user wrote it.
  let text: String
  /// One of FFmpeg's device readers, where it is one.
  var device: Device?
  /// The frames that it stands for, where they are numbered.
  var frames: NumberedImages?

  /// A reader of libavdevice with its options.
  struct Device: Hashable, Sendable {
    var format: String
    var options: [String: String]
  }

  /// An address with a scheme, such as `rtsp://`.
  var isAddress: Bool { device == nil && text.contains("://") && !text.hasPrefix("file://") }
  /// Standard input.
  var isPipe: Bool { text == "-" }
  /// May be read once only.
  var isLive: Bool { isAddress || isPipe || device != nil }

  /// Comes over HTTP.
  var isHTTP: Bool { text.hasPrefix("http://") || text.hasPrefix("https://") }

  /// Comes from something that is always on, such as a camera.
  var isEndless: Bool { text.hasPrefix("rtsp://") || text.hasPrefix("rtsps://") }

  /// The name of a file on this machine, if it is one.
  var path: String? {
    guard !isLive, frames == nil else { return nil }
    return ["file://", "file:"].first(where: text.hasPrefix).map { String(text.dropFirst($0.count)) } ?? text
  }

  /// What FFmpeg opens. Names of files get a scheme, since a name may hold a colon.
  var address: String {
    if device != nil { return text }
    if isPipe { return "pipe:0" }
    return isAddress || text.hasPrefix("file:") ? text : "file:" + text
  }

  /// Fails on a file that is not there or may not be read.
  func checkReadable() throws {
    guard !isLive, !text.hasPrefix("file:") else { return }
    let file = frames?.firstFile ?? text
    var status = stat()
    guard stat(file, &status) == 0 else { throw missing(errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw MediaError.nothingFound(text) }
    if status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 { throw MediaError.empty(file) }
    guard access(file, R_OK) == 0 else { throw MediaError.unreadable(text, detail: String(cString: strerror(errno))) }
  }

  private func missing(_ code: Int32) -> MediaError {
    code == ENOENT || code == ENOTDIR ? .missing(text) : .unreadable(text, detail: String(cString: strerror(code)))
  }

  /// Options that make network reading end. Not FFmpeg's own `reconnect`: where a server sends the whole file in place of
  /// the rest, it takes the file's beginning for the rest.
  func dictionary(_ options: InputOptions) -> [String: String] {
    if let device { return device.options }
    var entries = frames.map { $0.options(rate: options.frameRateOfImages) } ?? ["pattern_type": "none"]
    if !isLive { entries["protocol_whitelist"] = "file,crypto,data,subfile" }
    guard isAddress else { return entries }
    let microseconds = String(Int(options.timeout * 1e6))
    if text.hasPrefix("rtsp") {
      entries["timeout"] = microseconds
      entries["rtsp_transport"] = "tcp"
    } else {
      entries["rw_timeout"] = microseconds
    }
    return entries
  }
}

extension NumberedImages {
  /// For FFmpeg's reader of frames.
  fileprivate func options(rate: Double) -> [String: String] {
    ["pattern_type": "sequence", "start_number": "\(first)", "start_number_range": "1", "framerate": "\(rate)"]
  }
}

/// Hands `entries` to `body` as FFmpeg's dictionary, which it may shorten.
func withDictionary<Result>(
  _ entries: [String: String], _ body: (UnsafeMutablePointer<OpaquePointer?>) throws -> Result
) rethrows -> Result {
  var dictionary: OpaquePointer?
  defer { av_dict_free(&dictionary) }
  for (key, value) in entries.sorted(by: { $0.key < $1.key }) { av_dict_set(&dictionary, key, value, 0) }
  return try body(&dictionary)
}
