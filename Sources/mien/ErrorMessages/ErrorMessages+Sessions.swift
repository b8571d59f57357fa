import Core
import Display
import Media
import Sessions

/// What the terminal says of it.
extension SessionNotice {
  /// A line; nil where there is none.
  var line: String? {
    switch self {
    case .failed(let error): "mien: \(mien.sentence(for: error))"
    case .waiting(let path): Terminal.waiting(path)
    case .wrote(let names): "Wrote \(listed(names))."
    case .nothingLeft: "Nothing is left to do: every output is there."
    case .leftOut(let files): MediaLocations.sentence(leftOut: files).map { "mien: \($0)" }
    case .toLookAt(let input, let times) where times.isEmpty:
      "mien: \(shown(input)): no face comes, goes or pauses on the way: look at its beginning and end before you show it to anyone."
    case .toLookAt(let input, let times):
      "mien: \(shown(input)): faces come, go or pause at \(listed(times.map { TimeAxis.clock($0, decimals: 1) }, most: 20)): look there before you show it to anyone."
    case .warning(let input, let warning): "mien: \(shown(input)): \(shown(warning.sentence))"
    default: liveLine
    }
  }

  private var liveLine: String? {
    switch self {
    case .camera(let description): shown(description.sentence)
    case .trouble(let status, let name): "mien: \(shown(status?.sentence(name) ?? "\(quoted(name)) is back."))"
    case .awaited(let error): "mien: \(mien.sentence(for: error)) It is tried again each second; Ctrl-C ends it."
    case .connection(let change, let location): change.sentence(location)
    case .listening(let address): "mien: Nobody listens at \(shown(address)): readers may come there."
    case .readerGone(let address): "mien: The reader at \(shown(address)) has gone: it is tried again each second."
    case .rowsDropped(let count, let address):
      "mien: \(counted(count, "row")) had no reader at \(shown(address)) in time, and \(count == 1 ? "was" : "were") dropped."
    case .event(let event): "mien: face \(event.track): \(shown(event.rule.text))"
    case .recording(let path, _, let lacksSound):
      lacksSound ? "mien: \(shown(path)) has no sound: live records frames alone." : nil
    case .unrecorded(let count, let path):
      "mien: \(counted(count, "frame is", "frames are")) not in \(shown(path)): encoding took too long."
    default: nil
    }
  }

  /// Whether it is said despite `--quiet`.
  var isUrgent: Bool {
    switch self {
    case .failed, .waiting, .awaited, .connection, .listening, .readerGone, .rowsDropped, .unrecorded: true
    default: false
    }
  }

  /// What the window says of it for a while; nil: nothing.
  var message: String? {
    switch self {
    case .failed(let error): mien.sentence(for: error)
    case .event(let event): "face \(event.track): \(event.rule.text)"
    case .recording(let path, isAskedByKey: true, _): "recording \(path)"
    case .recorded(let path): "recorded \(path)"
    case .networks(let names): "model: \(names)"
    case .baseline(let seconds): "rest your face for \(oneDecimal(seconds)) s"
    default: nil
    }
  }
}

extension LiveFigures {
  /// What the window shows all the time.
  var lines: [String] {
    let detect = report.stage("detect")
    let looks = report.seconds > 0 ? Double(detect?.count ?? 0) / report.seconds : 0
    var lines = [
      "\(oneDecimal(rate)) fps, \(oneDecimal(report.frameLatency.p50)) ms, \(report.dropped) dropped",
      "\(oneDecimal(looks)) analyses/s, \(oneDecimal(report.networksPerFace)) models a face",
    ]
    if let trouble = trouble?.caption { lines.insert(trouble, at: 0) }
    if droppedRows > 0 { lines.append("\(counted(droppedRows, "row")) had no reader") }
    if unrecorded > 0 { lines.append("\(counted(unrecorded, "frame")) not recorded") }
    return lines
  }
}

extension RowDatabaseError: Explained {
  var sentence: String {
    switch self {
    case .failed(let path, let detail): "The database \(quoted(path)) cannot be written: \(detail)."
    }
  }
}

extension HiddenRegionError: Explained {
  var sentence: String {
    switch self {
    case .unreadable(let path): "\(quoted(path)) cannot be read: check the name."
    case .malformed(let path, let line):
      "Line \(line) of \(quoted(path)) is no region: write START END X Y WIDTH HEIGHT, in seconds and pixels."
    }
  }
}
