import Sessions

extension LiveError: Explained {
  var sentence: String {
    switch self {
    case .noScreen: "There is no X11 screen to watch: the variable DISPLAY is not set."
    case .noReader(let address, let code): "Rows cannot be sent to \(quoted(address)): \(systemReason(code))."
    case .badAddress(let text):
      "\(quoted(text)) is no place for rows: give -, unix:PATH, tcp:HOST:PORT or a file (./NAME where a name has a colon)."
    case .taken(let address):
      "Rows cannot be sent to \(quoted(address)): another program's socket or file is there; choose another path."
    case .endedEarly(let names): "Not all was written: \(listed(names)) ended early."
    case .noShell(let code): "The command of --exec cannot be run: \(systemReason(code))."
    case .unknownExpression(let name, let known):
      CommandLineError.unknownExpression(name, known: known).sentence
    }
  }
}

extension BenchError: Explained {
  var sentence: String {
    switch self {
    case .noSample: "The sample clip is not installed: give a clip to measure with."
    case .unreadable(let path): "\(quoted(path)) cannot be read: check the name."
    case .notFigures(let path): "\(quoted(path)) holds no figures of mien bench --json."
    }
  }
}
