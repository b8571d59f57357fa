import Display

extension DisplayError: Explained {
  var sentence: String {
    switch self {
    case .noFont:
      "No font is installed, so nothing can be written on frames: install Debian's package fonts-dejavu-core."
    case .noWindow(let detail): "No window can be opened (\(detail)): give --headless to run without one."
    case .displayGone: "The display has gone, and the window with it: give --headless to run without one."
    case .notDrawn(let detail): "A frame could not be drawn: \(detail)."
    case .unknownDrawingFormat(let path, let known):
      "\(quoted(path)) has no ending of a chart: give it one of \(known.joined(separator: ", "))."
    }
  }
}
