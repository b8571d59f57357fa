import Media

/// The text of `mien live --list`.
enum CameraListing {
  /// Every camera with what it offers.
  /// - Throws: `CameraError.noCamera` where there is none.
  static func text() throws -> String {
    let cameras = Camera.list()
    guard !cameras.isEmpty else { throw CameraError.noCamera }
    return cameras.map(text).joined(separator: "\n")
  }

  private static func text(_ camera: Camera) -> String {
    if let problem = camera.problem { return "\(camera.path)  \(camera.name)\n  \(problem.sentence)\n" }
    let head = "\(camera.path)  \(camera.name) (\(camera.driver), \(camera.bus))\n"
    return head + modes(camera) + unread(camera) + controls(camera)
  }

  /// Formats with the same sizes and rates stand together.
  private static func modes(_ camera: Camera) -> String {
    var groups: [(modes: [CameraMode], codes: [String])] = []
    for format in camera.formats where format.reader != nil {
      if let index = groups.firstIndex(where: { $0.modes == format.modes }) {
        groups[index].codes.append(format.code.description)
      } else {
        groups.append((format.modes, [format.code.description]))
      }
    }
    return groups.map { wrapped($0.codes, indent: "  ") + $0.modes.map { "    \(line($0))\n" }.joined() }.joined()
  }

  private static func unread(_ camera: Camera) -> String {
    let codes = camera.formats.filter { $0.reader == nil }.map(\.code.description)
    return codes.isEmpty ? "" : wrapped(["not read:"] + codes, indent: "  ")
  }

  private static func line(_ mode: CameraMode) -> String {
    let size = text(mode.size)
    return mode.intervals.isEmpty ? size : "\(size) at \(mode.intervals.map(text).joined(separator: ", ")) fps"
  }

  private static func text(_ size: SizeChoice) -> String {
    switch size {
    case .exactly(let size): "\(size)"
    case .stepwise(let low, let high, let step): "\(low) to \(high) in steps of \(step)"
    }
  }

  private static func text(_ interval: IntervalChoice) -> String {
    switch interval {
    case .exactly(let interval): rate(interval)
    case .stepwise(let shortest, let longest, _): "\(rate(longest)) to \(rate(shortest))"
    }
  }

  private static func rate(_ interval: FrameInterval) -> String {
    let rounded = (interval.rate * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }

  private static func controls(_ camera: Camera) -> String {
    let lines = camera.controls.map { control in
      "    \(control.name): \(control.allowed)" + (control.value.map { ", now \($0)" } ?? "") + "\n"
    }
    return lines.isEmpty ? "" : "  controls\n" + lines.joined()
  }

  /// Words on lines of up to 100 characters.
  private static func wrapped(_ words: [String], indent: String) -> String {
    var lines = [indent]
    for word in words {
      if lines[lines.count - 1].count + word.count > 98 { lines.append(indent + "  ") }
      lines[lines.count - 1] += lines[lines.count - 1].hasSuffix(" ") ? word : " " + word
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
