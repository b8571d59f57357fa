import Testing

@testable import Sessions
@testable import mien

private let every = Option.integer("--every", "N", 1...1000, "Analyse each N-th frame.")
private let out = Option.file("--out", short: "-o", "OUT", "Where to write.")
private let start = Option.time("--start", "T", "Where to begin.")
private let force = Option.flag("--force", "Overwrite.")
private let models = Option.list("--models", "NAME,…", "Models.")
private let size = Option.size("--size", "WxH", "Size.")
private let labels = Option.choice("--labels", ["people", "fer2013"], "Labels.")

private let probe = Command(
  words: ["probe"], summary: "A row for tests.",
  operands: [Operand(placeholder: "INPUT", kind: .text, repeats: true)],
  options: [every.spec, out.spec, start.spec, force.spec, models.spec, size.spec, labels.spec],
  run: { _ in })

@Suite struct CommandLineTests {
  @Test func readsEveryKindOfValue() throws {
    let words = "a.mp4 --every 3 -o x --start=1:02.5 --force --models a,b --size 640x480 --labels people b.mp4"
    let arguments = try probe.parse(words.split(separator: " ").map(String.init))
    #expect(arguments.operands == ["a.mp4", "b.mp4"])
    #expect(arguments[every] == 3)
    #expect(arguments[out] == "x")
    #expect(arguments[start] == 62.5)
    #expect(arguments.has(force))
    #expect(arguments[models] == ["a", "b"])
    #expect(arguments[size].map { [$0.width, $0.height] } == [640, 480])
    #expect(arguments[labels] == "people")
  }

  /// What people have in their scripts goes on working; help names the present words alone.
  @Test func earlierWordsAreUnderstood() throws {
    #expect(try findCommand(["cascade", "train", "c.json"]).command.words == ["detector", "train"])
    #expect(try findCommand(["cascade", "train", "c.json"]).rest == ["c.json"])
    let annotate = try findCommand(["annotate"]).command
    let arguments = try annotate.parse(["a.mp4", "--cascade", "other.xml"])
    #expect(AnalysisRequest(arguments).detector == "other.xml")
    #expect(throws: CommandLineError.repeated(AnalysisOptions.detector.spec)) {
      try annotate.parse(["a.mp4", "--cascade", "a.xml", "--detector", "b.xml"])
    }
    #expect(!Help.overview.contains("cascade") && !Help.page(annotate).contains("cascade"))
  }

  @Test func dashesAloneAreOperandsAndTwoDashesEndOptions() throws {
    let arguments = try probe.parse(["-", "--", "--force"])
    #expect(arguments.operands == ["-", "--force"])
    #expect(!arguments.has(force))
  }

  @Test(arguments: [
    (["a", "--evry", "3"], CommandLineError.unknownOption("--evry", command: "probe", nearest: "--every")),
    (["a", "--every"], .missingValue(every.spec)),
    (["a", "--every", "--force"], .missingValue(every.spec)),
    (["a", "--every", "0"], .badValue(option: every.spec, text: "0")),
    (["a", "--every", "3.5"], .badValue(option: every.spec, text: "3.5")),
    (["a", "--force=yes"], .unwantedValue(force.spec)),
    (["a", "--force", "--force"], .repeated(force.spec)),
    (["a", "--start", "1:61"], .badValue(option: start.spec, text: "1:61")),
    (["a", "--start", "-1"], .badValue(option: start.spec, text: "-1")),
    (["a", "--size", "0x4"], .badValue(option: size.spec, text: "0x4")),
    (["a", "--models", "a,,b"], .badValue(option: models.spec, text: "a,,b")),
    (["a", "--labels", "peple"], .badValue(option: labels.spec, text: "peple")),
    ([], .missingOperand(probe.operands[0], command: "probe")),
  ])
  func refusesWhatItCannotRead(words: [String], error: CommandLineError) {
    #expect(throws: error) { try probe.parse(words) }
    #expect(sentence(for: error).hasSuffix(".") || sentence(for: error).hasSuffix("?"))
    #expect(ExitStatus(for: error) == .misused)
  }

  @Test(arguments: [("anotate", "annotate"), ("annotaet", "annotate"), ("lvie", "live")])
  func findsTheNearestWord(word: String, meant: String) {
    #expect(nearest(to: word, in: ["annotate", "live", "bench", "train"]) == meant)
  }

  @Test func findsNothingNearNonsense() {
    #expect(nearest(to: "zzzz", in: ["annotate", "live", "bench"]) == nil)
  }

  @Test func everyRowIsComplete() {
    for command in commandTable {
      #expect(command.summary.hasSuffix("."))
      #expect(Set(command.options.map(\.name)).count == command.options.count)
      for option in command.options {
        #expect(option.name.hasPrefix("--") && option.help.hasSuffix("."))
        #expect((option.kind == .flag) == option.placeholder.isEmpty)
      }
    }
  }

  /// Texts keep to the terminal's width and break between words.
  @Test func helpFitsTheTerminal() throws {
    for columns in [60, 80] {
      for words in [[]] + commandTable.map(\.words) {
        let outcome = try Program.run("/usr/bin/env", ["COLUMNS=\(columns)", Program.path, "help"] + words)
        let long = outcome.text.split(separator: "\n").filter { $0.count > columns && !$0.hasPrefix("  mien ") }
        let unbreakable = long.filter { $0.trimmingCharacters(in: .whitespaces).contains(" ") && !$0.contains("|") }
        #expect(outcome.status == 0 && unbreakable.isEmpty, "\(words): \(unbreakable)")
      }
    }
  }
}
