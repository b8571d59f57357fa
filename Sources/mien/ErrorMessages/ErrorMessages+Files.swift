import Core
import Sessions

extension OutputFileError: Explained {
  var sentence: String {
    switch self {
    case .exists(let path): "\(quoted(path)) is there already: choose another name, or give --force to overwrite it."
    case .isInput(let path): "\(quoted(path)) is an input as well: write the output to another file."
    case .uncreatable(let path, let code): "\(quoted(path)) cannot be made: \(systemReason(code))."
    case .unwritable(let path, let code): "\(quoted(path)) cannot be written: \(systemReason(code))."
    case .ending(let path, let kind, let known):
      "\(quoted(path)) has no ending of a \(kind): give it \(known.joined(separator: " or "))."
    case .oneForSeveral(let path, let pattern):
      "\(quoted(path)) is one file, and the input may be several: name a folder\(OutputFileError.asOne(pattern))."
    case .oneForSeveralRecordings(let path):
      "\(quoted(path)) holds one recording: give a name with %n for a file for each, such as \(quoted(OutputFileError.forEach(path)))."
    case .folderWithoutFormat(let path, let known):
      "The files in \(quoted(path)) need an ending that says their format: give \(quoted(FileName.asFolder(path) + "%n" + known[0])), or another of \(known.joined(separator: ", "))."
    case .usedTwice(let path): "\(quoted(path)) would be written twice: give each output a name of its own."
    case .stopped(let path): "Interrupted: nobody read \(quoted(path))."
    }
  }
}

extension OutputFileError {
  /// `seg.eaf` with a place for the recording's name: `seg-%n.eaf`.
  fileprivate static func forEach(_ path: String) -> String {
    let parts = FileName.split(path)
    return "\(parts.folder)\(parts.stem)-%n\(parts.ending)"
  }

  /// How images that are numbered become one recording.
  fileprivate static func asOne(_ pattern: String?) -> String {
    pattern.map { "; numbered images are one recording as \(quoted($0)) with --fps" } ?? ""
  }
}

extension BrokenOff: Explained {
  var sentence: String {
    let cause = mien.sentence(for: failure)
    return kept.isEmpty ? cause : "\(cause) What was done so far is kept in \(listed(kept))."
  }
}

extension AnnotateError: Explained {
  var sentence: String {
    switch self {
    case .someFailed(let failed, let all) where failed == all: "All \(all) inputs failed."
    case .someFailed(let failed, let all):
      "\(failed) of \(all) inputs failed; \(all - failed == 1 ? "the other is" : "the others are") done."
    }
  }
}
