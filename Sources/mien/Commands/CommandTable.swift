import Glibc

/// Every command of `mien`, a row each, in the order of help. Parsing, help, man page and completion come from here.
let commandTable: [Command] = [
  AnnotateCommand.row,
  AnonymiseCommand.row,
  LiveCommand.row,
  BenchCommand.row,
  TrainCommand.row,
  EvaluateCommand.row,
  ExplainCommand.row,
  BenchNetworkCommand.row,
  ModelsCommand.row,
  ModelsCommand.list,
  ModelsShowCommand.row,
  ModelsImportCommand.row,
  ModelsExportCommand.row,
  DetectorTrainCommand.row,
  DetectorEvaluateCommand.row,
  DoctorCommand.row,
  HelpCommand.row,
]

/// Earlier first words of commands, which are understood as well.
private let formerWords = ["cascade": "detector"]

/// `words` with today's name of the command that they begin with.
func inTodaysWords(_ words: [String]) -> [String] {
  guard let first = words.first, let now = formerWords[first] else { return words }
  return [now] + words.dropFirst()
}

/// The command that `words` begin with, and the words after its name. The longest name wins: `bench network` before `bench`.
func findCommand(_ words: [String]) throws(CommandLineError) -> (command: Command, rest: [String]) {
  let words = inTodaysWords(words)
  guard let first = words.first else { throw .noCommand }
  let fitting = commandTable.filter { words.starts(with: $0.words) }
  if let command = fitting.max(by: { $0.words.count < $1.words.count }) {
    return (command, Array(words.dropFirst(command.words.count)))
  }
  throw unknown(first, words)
}

private func unknown(_ first: String, _ words: [String]) -> CommandLineError {
  if first.contains("://") || access(first, F_OK) == 0 { return .noCommandFor(first) }
  let siblings = commandTable.filter { $0.words.first == first }
  guard let sibling = siblings.first else {
    return .unknownCommand(first, nearest: nearest(to: first, in: commandTable.map { $0.words[0] }))
  }
  guard words.count > 1 else { return .unknownCommand(first, nearest: sibling.name) }
  return .unknownCommand("\(first) \(words[1])", nearest: nearest(to: "\(first) \(words[1])", in: siblings.map(\.name)))
}
