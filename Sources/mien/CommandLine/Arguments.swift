import Networks
import Sessions

/// What one command was given, checked against its row.
struct Arguments: Sendable {
  /// All words after the command's name.
  var words: [String] = []
  /// Operands in order.
  var operands: [String] = []
  /// Options given, by full name.
  var values: [String: ParsedValue] = [:]

  /// The value of `option`; nil where it was not given.
  subscript<Value>(_ option: Option<Value>) -> Value? {
    values[option.spec.name].flatMap(option.read)
  }

  /// Whether a flag was given.
  func has(_ flag: Option<Bool>) -> Bool { values[flag.spec.name] != nil }
}

/// Why a command line is refused: exit status 2.
enum CommandLineError: Error, Hashable {
  case noCommand
  case unknownCommand(String, nearest: String?)
  /// A recording where a command should be.
  case noCommandFor(String)
  case unknownOption(String, command: String, nearest: String?)
  case missingValue(OptionSpec)
  case unwantedValue(OptionSpec)
  case badValue(option: OptionSpec, text: String)
  case notAboveZero(OptionSpec)
  /// No folds, or no fold.
  case badFold(OptionSpec, text: String)
  case badOperand(Operand, text: String, nearest: String?)
  case repeated(OptionSpec)
  case missingOperand(Operand, command: String)
  case extraOperand(String, command: String)
  /// Two options that cannot be used together.
  case conflict(String, String)
  /// One option that makes no sense without another.
  case needs(String, String)
  /// No share of several.
  case badShard(OptionSpec, text: String)
  /// No colour.
  case badColour(OptionSpec, text: String)
  /// Rows cannot go there.
  case notAPlace(OptionSpec, text: String)
  /// A rate for recordings that have one.
  case rateOfRecordings(OptionSpec)
  /// `annotate` without anything to write.
  case nothingAsked
  /// A choice of models by the split that figures are published on.
  case searchOnTest
  /// `live --headless` without anything to do.
  case nothingLive
  /// An event that cannot be understood.
  case badEvent(String)
  /// An event's expression that no network knows.
  case unknownExpression(String, known: [String])
  /// A file of regions to hide that cannot be read.
  case badRegions(HiddenRegionError)
}

extension Command {
  /// Reads the words that follow the command's name.
  func parse(_ words: [String]) throws(CommandLineError) -> Arguments {
    var reader = ArgumentReader(command: self, words: words[...])
    reader.arguments.words = words
    try reader.readAll()
    try checkOperands(reader.arguments.operands)
    return reader.arguments
  }

  private func checkOperands(_ given: [String]) throws(CommandLineError) {
    let needed = operands.filter { !$0.optional }
    if given.count < needed.count { throw .missingOperand(needed[given.count], command: name) }
    if given.count > operands.count, operands.last?.repeats != true {
      throw .extraOperand(given[operands.count], command: name)
    }
    for (operand, text) in zip(operands, given) where operand.kind.parse(text) == nil {
      throw .badOperand(operand, text: text, nearest: operand.kind.choices.flatMap { nearest(to: text, in: $0) })
    }
  }
}

extension ValueKind {
  /// The words of a choice.
  var choices: [String]? { if case .choice(let words) = self { words } else { nil } }
}

/// Walks over the words of one command line.
private struct ArgumentReader {
  let command: Command
  var words: ArraySlice<String>
  var arguments = Arguments()

  mutating func readAll() throws(CommandLineError) {
    while let word = words.popFirst() {
      if word == "--" {
        arguments.operands += words
        return
      }
      if word.hasPrefix("-"), word != "-" { try readOption(word) } else { arguments.operands.append(word) }
    }
  }

  private mutating func readOption(_ word: String) throws(CommandLineError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let spec = try find(parts[0])
    guard arguments.values[spec.name] == nil else { throw .repeated(spec) }
    arguments.values[spec.name] = try value(of: spec, attached: parts.count == 2 ? parts[1] : nil)
  }

  private func find(_ name: String) throws(CommandLineError) -> OptionSpec {
    if let spec = command.options.first(where: { [$0.name, $0.short, $0.former].contains(name) }) { return spec }
    throw .unknownOption(name, command: command.name, nearest: nearest(to: name, in: command.options.map(\.name)))
  }

  private mutating func value(of spec: OptionSpec, attached: String?) throws(CommandLineError) -> ParsedValue {
    if spec.kind == .flag {
      guard attached == nil else { throw .unwantedValue(spec) }
      return .flag
    }
    guard let text = attached ?? detachedValue() else { throw .missingValue(spec) }
    guard let value = spec.kind.parse(spec.formerWords[text] ?? text) else { throw .badValue(option: spec, text: text) }
    return value
  }

  /// The next word, unless it is another option.
  private mutating func detachedValue() -> String? {
    guard let next = words.first, !next.hasPrefix("--") else { return nil }
    return words.popFirst()
  }
}
