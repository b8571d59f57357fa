import Recognition

/// What the value of an option or operand looks like. Parsing, help, man page and completion all read this.
enum ValueKind: Hashable, Sendable {
  /// Takes no value.
  case flag
  /// Any word.
  case text
  /// A path of a file.
  case file
  /// A path of a folder.
  case folder
  /// Words separated by commas.
  case list
  /// A whole number within bounds.
  case integer(ClosedRange<Int>)
  /// A number within bounds.
  case number(ClosedRange<Double>)
  /// Seconds (`12.5`) or `[H:]MM:SS[.f]`.
  case time
  /// A whole number of frames, or seconds with an `s`.
  case interval
  /// `WIDTHxHEIGHT` in pixels.
  case size
  /// One of a few words.
  case choice([String])
}

/// A value that has passed the check of its kind.
enum ParsedValue: Hashable, Sendable {
  case flag
  case text(String)
  case list([String])
  case integer(Int)
  case number(Double)
  case size(width: Int, height: Int)
}

/// An option as data.
struct OptionSpec: Hashable, Sendable {
  /// With its dashes: `--every`.
  var name: String
  /// A one-letter form with its dash, where there is one: `-o`.
  var short: String?
  /// An earlier name, which is understood as well.
  var former: String?
  /// Earlier words of a choice, which are understood as well, with today's.
  var formerWords: [String: String] = [:]
  /// How help calls the value: `N`.
  var placeholder: String
  /// What the value looks like.
  var kind: ValueKind
  /// One line that says what it is for.
  var help: String
}

/// An option with the Swift type of its value: `arguments[option]` gives `Value?`.
struct Option<Value: Sendable>: Sendable {
  let spec: OptionSpec
  let read: @Sendable (ParsedValue) -> Value?

  private init(
    _ name: String, short: String? = nil, formerly: String? = nil, _ placeholder: String, _ kind: ValueKind,
    _ help: String, formerWords: [String: String] = [:], read: @escaping @Sendable (ParsedValue) -> Value?
  ) {
    spec = OptionSpec(
      name: name, short: short, former: formerly, formerWords: formerWords, placeholder: placeholder, kind: kind,
      help: help)
    self.read = read
  }
}

extension Option where Value == Bool {
  /// Present or not; ask with `arguments.has(option)`.
  static func flag(_ name: String, _ help: String) -> Option {
    Option(name, "", .flag, help) { _ in true }
  }
}

extension Option where Value == String {
  /// Any word.
  static func text(_ name: String, _ placeholder: String, _ help: String) -> Option {
    Option(name, placeholder, .text, help, read: \.text)
  }
  /// A file's path; `-` is standard output where the command says so.
  static func file(
    _ name: String, short: String? = nil, formerly: String? = nil, _ placeholder: String, _ help: String
  ) -> Option {
    Option(name, short: short, formerly: formerly, placeholder, .file, help, read: \.text)
  }
  /// A folder's path.
  static func folder(_ name: String, short: String? = nil, _ placeholder: String, _ help: String) -> Option {
    Option(name, short: short, placeholder, .folder, help, read: \.text)
  }
  /// One of `words`.
  /// - Parameter earlier: words that are understood as well, with today's.
  static func choice(_ name: String, _ words: [String], earlier: [String: String] = [:], _ help: String) -> Option {
    let all = words.joined(separator: "|")
    // Many words fill a line of their own.
    let isLong = all.count > 60
    return Option(
      name, isLong ? "NAME" : all, .choice(words), isLong ? "\(help) One of \(words.joined(separator: ", "))." : help,
      formerWords: earlier, read: \.text)
  }
}

extension Option where Value == [String] {
  /// Words separated by commas.
  static func list(_ name: String, _ placeholder: String, _ help: String) -> Option {
    Option(name, placeholder, .list, help) { if case .list(let words) = $0 { words } else { nil } }
  }
}

extension Option where Value == Int {
  /// A whole number within `bounds`.
  static func integer(_ name: String, _ placeholder: String, _ bounds: ClosedRange<Int>, _ help: String) -> Option {
    Option(name, placeholder, .integer(bounds), help) { if case .integer(let number) = $0 { number } else { nil } }
  }
}

extension Option where Value == Double {
  /// A number within `bounds`.
  static func number(_ name: String, _ placeholder: String, _ bounds: ClosedRange<Double>, _ help: String) -> Option {
    Option(name, placeholder, .number(bounds), help, read: \.number)
  }
  /// A time, in seconds once read.
  static func time(_ name: String, _ placeholder: String, _ help: String) -> Option {
    Option(name, placeholder, .time, help, read: \.number)
  }
}

extension Option where Value == SamplingInterval {
  /// Frames or seconds.
  static func interval(_ name: String, _ placeholder: String, _ help: String) -> Option {
    Option(name, placeholder, .interval, help) { value in
      switch value {
      case .integer(let frames): .frames(frames)
      case .number(let seconds): .seconds(seconds)
      default: nil
      }
    }
  }
}

extension Option where Value == (width: Int, height: Int) {
  /// `WIDTHxHEIGHT`.
  static func size(_ name: String, _ placeholder: String, _ help: String) -> Option {
    Option(name, placeholder, .size, help) {
      if case .size(let width, let height) = $0 { (width, height) } else { nil }
    }
  }
}

extension ParsedValue {
  var text: String? { if case .text(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
}
