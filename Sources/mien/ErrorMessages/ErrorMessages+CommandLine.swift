import Core
import Sessions

extension CommandLineError: Explained {
  var sentence: String {
    switch self {
    case .noCommand: "No command given: see mien help."
    case .unknownCommand(let word, let nearest):
      "There is no command \(quoted(word))\(hint(nearest) ?? ": mien help lists them all.")"
    case .noCommandFor(let file):
      "No command given for \(quoted(file)): did you mean mien annotate \(quoted(file)) -o OUT, or mien live \(quoted(file))?"
    case .unknownOption(let word, let command, let nearest):
      "mien \(command) has no option \(quoted(word))\(hint(nearest) ?? ": see mien help \(command).")"
    case .missingValue(let option): "\(option.name) needs a value: \(option.usage)."
    case .unwantedValue(let option): "\(option.name) takes no value."
    case .badValue(let option, let text):
      "\(option.name) cannot be \(quoted(text)): it takes \(option.kind.description)."
    case .badFold(let option, let text):
      "\(option.name) cannot be \(quoted(text)): it takes \(option.placeholder.replacing("|", with: " or ")), where K is 2 or more"
        + (option.placeholder.contains("I/") ? " and I is 1 to K." : ".")
    case .notAboveZero(let option): "\(option.name) must be above 0."
    case .badOperand(let operand, let text, let nearest):
      "\(operand.placeholder) cannot be \(quoted(text))\(hint(nearest) ?? ": it takes \(operand.kind.description).")"
    case .repeated(let option): "\(option.name) is given twice: keep one."
    case .missingOperand(let operand, let command):
      "mien \(command) needs \(operand.placeholder): see mien help \(command)."
    case .extraOperand(let word, let command):
      "mien \(command) does not know what to do with \(quoted(word)): see mien help \(command)."
    case .conflict(let first, let second): "\(first) and \(second) cannot be used together: choose one."
    case .needs(let first, let second): "\(first) needs \(second) as well."
    case .searchOnTest:
      "Members are chosen on validation data alone: search with --split val, then judge the choice once on test."
    case .notAPlace(let option, let text):
      "\(option.name) cannot be \(quoted(text)): \(option.help.prefix { $0 != "." }) (./NAME where a file's name has a colon)."
    case .badShard(let option, let text):
      "\(option.name) cannot be \(quoted(text)): it takes I/N, such as 2/8 for the second of eight shares."
    case .badColour(let option, let text):
      "\(option.name) cannot be \(quoted(text)): it takes green, black, blue, magenta or #RRGGBB."
    case .rateOfRecordings(let option):
      "\(option.name) is for numbered images, such as frames/img_%03d.png: recordings have a rate of their own."
    case .nothingAsked:
      "Nothing to write: name a video with -o, or ask for \((AnnotateOptions.rows.map(\.option) + AnnotateOptions.documents.map(\.option)).map(\.spec.name).joined(separator: ", ")), --sqlite or --show-crops."
    case .nothingLive:
      "Nothing to do without a window: ask for --jsonl, --record, --output, --event or a number of --frames."
    case .badRegions(let error): error.sentence
    case .unknownExpression(let name, let known):
      "No network says \(quoted(name))"
        + (hint(nearest(to: name, in: known)) ?? ": --event takes one of \(known.joined(separator: ", ")).")
    case .badEvent(let text):
      "--event cannot be \(quoted(text)): it takes an expression and how long it lasts, such as 'happy for 2s'."
    }
  }

  private func hint(_ nearest: String?) -> String? {
    nearest.map { ": did you mean \($0)?" }
  }
}

extension ValueKind {
  /// What it takes, for a sentence.
  var description: String {
    switch self {
    case .flag: "no value"
    case .text: "a word"
    case .file: "a file's name"
    case .folder: "a folder's name"
    case .list: "words separated by commas"
    case .integer(let bounds): "a whole number" + range(bounds.lowerBound, bounds.upperBound, open: .max)
    case .number(let bounds): "a number" + range(bounds.lowerBound, bounds.upperBound, open: .infinity)
    case .time: "seconds (12.5, 12.5s) or a time (1:02:03.5)"
    case .interval: "a whole number of frames (5) or seconds (0.5s)"
    case .size: "WIDTHxHEIGHT in pixels (1280x720)"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    }
  }

  private func range<Number: Comparable>(_ low: Number, _ high: Number, open: Number) -> String {
    high < open ? " from \(low) to \(high)" : " of \(low) or more"
  }
}

extension StandardOutputError: Explained {
  var sentence: String {
    switch self {
    case .unwritable(let code): "Standard output cannot be written: \(systemReason(code))."
    }
  }
}

extension Interrupted: Explained {
  var sentence: String {
    "Interrupted: \(kept.isEmpty ? "nothing was kept" : "what was done so far is kept in \(listed(kept))")."
  }
}

extension SystemLimitError: Explained {
  var sentence: String {
    switch self {
    case .addressSpace(let allowed, let needed):
      "The limit of memory is \(allowed >> 20) MB, which is too little: raise it to \(needed >> 20) MB or more (ulimit -v)."
    }
  }
}

extension SandboxError: Explained {
  var sentence: String {
    "This system cannot keep decoders in a sandbox (it has no Landlock, or forbids it): run it without --sandbox if the input is trusted."
  }
}

extension Terminated: Explained {
  var sentence: String { "Ended by SIGTERM\(kept.isEmpty ? "." : ": what was done is kept in \(listed(kept)).")" }
}

extension InterruptedRun: Explained {
  var sentence: String { Interrupted(kept: kept).sentence + (next.map { " To go on: \($0.text)" } ?? "") }
}
