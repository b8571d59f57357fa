extension OutputFileError: Explained {
  var sentence: String {
    switch self {
    case .exists(let path): "\(quoted(path)) is there already: choose another name, or give --force to overwrite it."
    case .isInput(let path): "\(quoted(path)) is an input as well: write the output to another file."
    case .uncreatable(let path, let code): "\(quoted(path)) cannot be made: \(systemReason(code))."
    case .unwritable(let path, let code): "\(quoted(path)) cannot be written: \(systemReason(code))."
    case .usedTwice(let path): "\(quoted(path)) would be written twice: give each output a name of its own."
    case .stopped(let path): "Interrupted: nobody read \(quoted(path))."
    }
  }
}

extension BrokenOff: Explained {
  var sentence: String {
    let cause = mien.sentence(for: failure)
    return kept.isEmpty ? cause : "\(cause) What was done so far is kept in \(kept.joined(separator: ", "))."
  }
}

extension AnnotateError: Explained {
  var sentence: String {
    switch self {
    case .someFailed(let failed, let all): "\(failed) of \(all) inputs failed; the others are done."
    }
  }
}
