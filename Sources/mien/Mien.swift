import Core
import Foundation
import Kernels
import Recognition
import Sessions

/// The program: finds the command, runs it, and turns what goes wrong into one sentence and an exit status.
@main
enum Mien {
  /// As `--version` gives it.
  static let version = "0.1.0"

  /// With the commit, where a package says so (`packaging/version`).
  static var fullVersion: String {
    let file = Resource.share("version").flatMap { try? String(contentsOf: $0, encoding: .utf8) }
    return file.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } ?? version
  }

  static func main() {
    exit(run(GivenWords.take()).rawValue)
  }

  /// Runs one command line.
  static func run(_ words: [String]) -> ExitStatus {
    do {
      try dispatch(words)
      return .done
    } catch {
      Terminal.printToStandardError("mien: \(sentence(for: error))\n")
      return ExitStatus(for: error)
    }
  }

  private static func dispatch(_ words: [String]) throws {
    switch words.first {
    case "--version": try Terminal.print("mien \(fullVersion)\ninstruction set \(InstructionSet.chosen.name)\n")
    case "--help", "-h": try Terminal.print(Help.overview)
    case nil:
      Terminal.printToStandardError(Help.overview)
      throw CommandLineError.noCommand
    default: try runCommand(words)
    }
  }

  private static func runCommand(_ words: [String]) throws {
    let (command, rest) = try findCommand(words)
    let options = rest.prefix { $0 != "--" }
    if options.contains("--help") || options.contains("-h") { return try Terminal.print(Help.page(command)) }
    try command.run(command.parse(rest))
  }
}

/// How the program ends.
enum ExitStatus: Int32 {
  case done = 0
  case failed = 1
  case misused = 2
  case interrupted = 130
  case terminated = 143

  /// The status that stands for `error`.
  init(for error: any Error) {
    switch error {
    case is CommandLineError, LiveError.unknownExpression: self = .misused
    case is Interrupted, is InterruptedRun, OutputFileError.stopped: self = .interrupted
    case is Terminated: self = .terminated
    case let broken as BrokenOff: self = ExitStatus(for: broken.failure)
    default: self = .failed
    }
  }
}
