/// A shell that Mien writes a completion script for: a row of `Shell.table`.
struct Shell: Sendable {
  /// As `mien help --completion` takes it.
  var name: String
  /// The script, from the command table.
  var script: @Sendable () -> String

  static let table = [
    Shell(name: "bash", script: bashCompletion),
    Shell(name: "zsh", script: zshCompletion),
    Shell(name: "fish", script: fishCompletion),
  ]
}

/// Commands with the longest names first, so that `bench network` is tried before `bench`.
let commandsLongestFirst = commandTable.sorted { $0.words.count > $1.words.count }

/// The first words of all commands, once each.
let firstWords = commandTable.map { $0.words[0] }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }

/// Words that may follow `command`'s name: those of longer names.
func followers(of command: Command) -> [String] {
  commandTable.filter { $0.words.count > command.words.count && $0.words.starts(with: command.words) }
    .map { $0.words[command.words.count] }
}

/// `text` in single quotes for a POSIX-like shell.
func shellQuoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
