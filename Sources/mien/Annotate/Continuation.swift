import Sessions

/// The command that takes up what an interrupted run left.
struct Continuation: Hashable {
  /// Its words after `mien`; nil where they cannot be printed as they are, so that they are to be repeated.
  let words: [String]?

  /// That of `command` with `words`; nil where it would begin anew, or take up what was to be overwritten.
  init?(_ request: AnnotateRequest, _ command: String, words: [String]) {
    let isOfUse =
      request.kept != nil
      || request.rows.isEmpty && request.documents.isEmpty && request.inputs.count > 1
    guard isOfUse, request.crops == nil, request.faces.isEmpty, request.hasRowsOfHeldFrames,
      !request.inputs.contains("-"), !request.force
    else { return nil }
    self.init(command, words)
  }

  /// That of `command` with `words`.
  init(_ command: String, _ words: [String]) {
    let isPlain = words.allSatisfy { shown($0) == $0 }
    let all = words.contains("--resume") ? words : ["--resume"] + words
    self.words = isPlain ? [command] + all : nil
  }

  /// For a POSIX shell; no full stop follows, which would be taken for a part of it.
  var text: String {
    guard let words else { return "give the same command with --resume." }
    return (["mien"] + words.map(Continuation.shellWord)).joined(separator: " ")
  }

  private static func shellWord(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || "0123456789-_./:,=+%@".unicodeScalars.contains($0)
    }
    return isPlain && !word.isEmpty ? word : shellQuoted(word)
  }
}

/// A run of a command that was stopped by SIGINT, SIGTERM or SIGHUP.
struct InterruptedRun: Error {
  /// Files that hold what was done so far.
  var kept: [String]
  /// How to go on, where that is possible.
  var next: Continuation?
}
