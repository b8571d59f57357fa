import Media

extension CameraError: Explained {
  var sentence: String {
    switch self {
    case .noCamera: "No camera is there: plug one in, or name a file or an address."
    case .notFound(let text, let known):
      known.isEmpty
        ? "\(quoted(text)) is not there, nor any other: plug it in."
        : "\(quoted(text)) is not there: take \(either(known))."
    case .ambiguous(let text, let fitting): "\(quoted(text)) fits several cameras: take \(either(fitting))."
    case .notCamera(let path): "\(quoted(path)) gives no frames: see mien live --list for the cameras."
    case .severalPlanes(let path):
      "\(quoted(path)) gives the planes of a frame in several buffers, which Mien does not read: take another camera."
    case .noPermission(let path, let group):
      "\(quoted(path)) may not be opened by you: join the group \(group ?? "video") (sudo usermod -aG \(group ?? "video") $USER) and log in again."
    case .busy(let path, let holders): "\(quoted(path)) is used by \(users(holders)): end that first."
    case .gone(let path): "\(quoted(path)) is not there any more: plug it in."
    case .silent(let path, let seconds):
      "\(quoted(path)) sent no frame in \(Int(seconds)) s: check that it is on, or what feeds it."
    case .driver(let path, let step, let code): driverSentence(path, step, code)
    default: formatSentence
    }
  }

  private var formatSentence: String {
    switch self {
    case .noReadableFormat(let path, let offered):
      "\(quoted(path)) sends none of the formats that Mien reads (it has \(list(offered))): take another camera."
    case .formatNotOffered(let path, let format, let offered):
      "\(quoted(path)) has no format \(format): take one of \(list(offered))."
    case .formatNotRead(let path, let format):
      "\(quoted(path)) has the format \(format), which nothing here reads: choose another, or none to get the best."
    case .noControl(let path, let control, let known):
      "\(quoted(path)) has no control \(quoted(control)): it has \(known.isEmpty ? "none" : known.joined(separator: ", "))."
    case .badControl(let path, let control, let value, let allowed):
      "The control \(control) of \(quoted(path)) does not take \(quoted(value)): give it \(allowed)."
    case .noOutput(let path, let known):
      !path.hasPrefix("/dev/")
        ? "\(quoted(path)) is no video output, such as /dev/video20: a file is written by --record."
        : "\(quoted(path)) is not there: "
          + (known.isEmpty
            ? "make it by \(loopback(path))." : "take \(either(known)), or make it by \(loopback(path)).")
    case .notOutput(let path):
      "\(quoted(path)) takes no frames: name a video output, such as one of v4l2loopback (sudo modprobe v4l2loopback)."
    case .noWritableFormat(let path, let offered):
      "\(quoted(path)) takes none of the formats that Mien writes (it has \(list(offered))): set it to YUYV."
    default: "\(self)."
    }
  }

  /// The command that makes a virtual camera of that name.
  private func loopback(_ path: String) -> String {
    let number = path.hasPrefix("/dev/video") ? Int(path.dropFirst("/dev/video".count)) : nil
    return "sudo modprobe v4l2loopback exclusive_caps=1" + (number.map { " video_nr=\($0)" } ?? "")
  }

  private func driverSentence(_ path: String, _ step: String, _ code: Int32) -> String {
    let reason = code == 0 ? "the stream broke off again and again" : systemReason(code)
    return "The driver of \(quoted(path)) failed (\(step): \(reason)): unplug the camera and plug it in again."
  }

  private func list(_ formats: [FourCC]) -> String {
    formats.isEmpty ? "none" : formats.map(\.description).joined(separator: ", ")
  }

  private func either(_ known: [String]) -> String { known.map(quoted).joined(separator: " or ") }

  private func users(_ holders: [DeviceHolder]) -> String {
    guard !holders.isEmpty else { return "another program" }
    return holders.map { "\($0.name) (process \($0.process))" }.joined(separator: " and ")
  }
}

extension CameraDescription {
  /// One sentence on what was opened.
  var sentence: String {
    let rate = rate.map { " at \(($0 * 100).rounded() / 100) fps" } ?? ""
    let unread = unread.isEmpty ? "" : "; not read here: \(unread.map(\.description).joined(separator: ", "))"
    return "\(quoted(name)) (\(path)): \(size) \(format)\(rate)\(unread)."
  }
}

extension CameraFigures {
  /// One sentence on what was lost; nil where nothing was.
  var sentence: String? {
    let parts = [
      (missed, "missed by the driver"), (damaged, "damaged"), (restarts, "new starts"), (losses, "times unplugged"),
    ].filter { $0.0 > 0 }
    return parts.isEmpty ? nil : "Camera: " + parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ") + "."
  }
}

extension CameraStatus {
  /// One sentence about the camera called `name`; nil while all is well.
  func sentence(_ name: String) -> String? {
    switch self {
    case .starting, .streaming: nil
    case .silent: "\(name) sends no frames at the moment."
    case .gone: "\(name) is unplugged: Mien goes on when it is back."
    case .blocked(.busy): "\(name) is back, and another program uses it: Mien goes on when it is free."
    case .blocked: "\(name) is back, and cannot be opened yet: Mien goes on when it can."
    }
  }

  /// The same in a word or two, for a frame.
  var caption: String? {
    switch self {
    case .starting, .streaming: nil
    case .silent: "No frames from the camera"
    case .gone: "Camera unplugged: waiting"
    case .blocked: "Camera in use: waiting"
    }
  }
}
