/// One command: a row of `commandTable`. Each lives in one file under `Commands`.
struct Command: Sendable {
  /// The words that name it: `["bench", "network"]`.
  var words: [String]
  /// One line that says what it does.
  var summary: String
  /// What follows the words, besides options.
  var operands: [Operand] = []
  /// Its options in the order of help.
  var options: [OptionSpec] = []
  /// Paragraphs for `mien help COMMAND` and the man page.
  var details: [String] = []
  /// Command lines that people start from, with what each does.
  var examples: [(line: String, effect: String)] = []
  /// Does the work. Errors become sentences and exit statuses in `Mien`.
  var run: @Sendable (Arguments) throws -> Void
}

/// What stands on the command line without dashes.
struct Operand: Hashable, Sendable {
  /// How help calls it: `INPUT`.
  var placeholder: String
  /// What it looks like.
  var kind: ValueKind
  /// Whether the command can do without.
  var optional = false
  /// Whether several may follow one another; the last operand alone.
  var repeats = false
}

extension Command {
  /// `bench network`.
  var name: String { words.joined(separator: " ") }

  /// `mien annotate INPUT…`, without options.
  var usage: String {
    (["mien"] + words + operands.map(\.usage) + (options.isEmpty ? [] : ["[OPTIONS]"])).joined(separator: " ")
  }
}

extension Operand {
  /// `INPUT…` or `[DEVICE]`.
  var usage: String {
    let word = placeholder + (repeats ? "…" : "")
    return optional ? "[\(word)]" : word
  }
}
