import Foundation
import TestSupport
import Testing

@testable import Core
@testable import Sessions
@testable import mien

/// Names of files and addresses as others see them.
@Suite struct ShownNamesTests {
  /// `geheim` is a secret wherever it stands.
  @Test(arguments: [
    ("http://u:geheim@host:8080/a.mp4", "http://host:8080/a.mp4"),
    ("https://geheim@host/a.mp4", "https://host/a.mp4"),
    ("rtsp://u:p@geheim@10.0.0.1/live", "rtsp://10.0.0.1/live"),
    ("rtsp://admin:ge/heim@10.0.0.1/live", "rtsp://10.0.0.1/live"),
    ("rtsp://admin:geheim?1#2@10.0.0.1/live", "rtsp://10.0.0.1/live"),
    ("http://u:ge heim\"geheim@host/a b.mp4", "http://host/a b.mp4"),
    ("cache:http://u:geheim@host/a.mp4", "cache:http://host/a.mp4"),
    ("http://proxy/get?url=http://u:geheim@host/a.mp4", "http://proxy/get?url=http://host/a.mp4"),
    ("http://h/a.m3u8?id=7&token=geheim&t=1", "http://h/a.m3u8?id=7&token=***&t=1"),
    (
      "http://h/a?X-Amz-Credential=geheim/2026&X-Amz-Signature=geheim",
      "http://h/a?X-Amz-Credential=***&X-Amz-Signature=***"
    ),
    ("http://h/a?apiKey=ge/he=im;geheim#geheim", "http://h/a?apiKey=***"),
    ("http://h/a;jwt=geheim/b.mp4", "http://h/a;jwt=***/b.mp4"),
    ("rtsp://h:554/user=admin&password=geheim&channel=1", "rtsp://h:554/user=admin&password=***&channel=1"),
    ("rtsp://h/user=admin_password=geheim_channel=1.sdp", "rtsp://h/user=admin_password=***"),
    ("http://h/cgi?loginuse=a&loginpas=geheim", "http://h/cgi?loginuse=a&loginpas=***"),
    (
      "[tcp @ 0x1] Cannot open http://u:geheim@h/a?sig=geheim, try 'rtsp://geheim@h/'",
      "[tcp @ 0x1] Cannot open http://h/a?sig=*** try 'rtsp://h/'"
    ),
  ])
  func secretsAreLeftOut(given: String, expected: String) {
    #expect(FileName.shown(given) == expected)
    #expect(FileName.shown(expected) == expected)
    #expect(!quoted(given).contains("geheim"))
  }

  @Test(arguments: [
    "a.mp4", "token=1.mp4", "u:p@host.mp4", "http://host:80/@user/a.mp4?keyword=cat&v=x=", "rtsp://[::1]/@a", "-", "",
    "rtsp://[fe80::1]:554/a@b",
  ])
  func otherNamesStay(name: String) { #expect(FileName.shown(name) == name) }

  @Test func whatTerminalsObeyIsLeftOut() {
    #expect(shown("a\u{1B}[31m\u{7}\r\n\t\u{9B}2J\u{202E}b\u{2028}\u{7F}c") == "a?[31m?????2J?b??c")
    #expect(shown("n\u{200C}a \u{1F468}\u{200D}\u{1F469} é 名") == "n\u{200C}a \u{1F468}\u{200D}\u{1F469} é 名")
    #expect(!sentence(for: OutputFileError.exists("x\u{1B}]0;t\u{7}")).unicodeScalars.contains { $0.value < 32 })
  }

  @Test func longListsAreCut() {
    #expect(listed(["a"]) == "a" && listed(["a", "b"]) == "a, b")
    #expect(listed((1...27).map { "\($0)" }) == "1, 2, 3, 4, 5 and 22 more")
    #expect(sentence(for: AnnotateError.someFailed(2, of: 2)) == "All 2 inputs failed.")
    #expect(sentence(for: AnnotateError.someFailed(1, of: 2)) == "1 of 2 inputs failed; the other is done.")
    #expect(
      counted(1, "frame") == "1 frame" && counted(0, "frame") == "0 frames" && counted(2, "try", "tries") == "2 tries")
  }

  /// A command that could not be typed in again is not printed.
  @Test func commandsThatGoOn() {
    #expect(Continuation("annotate", ["a b.mp4", "-o", "c.mp4"]).text == "mien annotate --resume 'a b.mp4' -o c.mp4")
    #expect(Continuation("annotate", ["a.mp4", "--resume"]).text == "mien annotate a.mp4 --resume")
    for word in ["http://u:geheim@h/a.mp4", "a\u{1B}.mp4"] {
      #expect(Continuation("annotate", [word]).text == "give the same command with --resume.")
    }
  }

  @Test func bytesThatAreNoText() {
    #expect(ForeignNames.escaped([0x63, 0xE9, 0xC3, 0xA9, 0xFF, 0x2E]) == "c\\xE9é\\xFF.")
  }
}

private let sample = TestData.packageRoot.appendingPathComponent("samples/portraits.mp4").path

/// The same, by the program.
@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct NamesTests {
  private func server(_ file: String) throws -> PythonServer {
    try PythonServer(
      file: TestData.packageRoot.appendingPathComponent("Tests/MediaTests/Servers/open_ended_server.py"),
      [file, "close", "0", "0"])
  }

  /// A run's files, their names, its messages and its line in the list of processes.
  @Test func passwordsAreShownNowhere() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("a.mkv", seconds: 1)
    let server = try server(clip)
    let address = "http://u:geheim@127.0.0.1:\(server.port)/a.mkv?token=geheim"
    let words = ["annotate", address, clip, "-o", scratch.path("all"), "--show-crops", scratch.path("crops")]
    let rows = ["jsonl", "csv", "vtt"].flatMap { ["--\($0)", scratch.path("r.\($0)")] }
    let pages = ["--report", scratch.path("r.html"), "--timeline", scratch.path("r.svg")]
    let run = try Program.start(Program.path, words + rows + pages)
    var isHidden = false
    while run.process.isRunning, !isHidden { isHidden = isHiddenInList(run.process.identifier) }
    let outcome = try run.wait()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(isHidden)
    let shown = "http://127.0.0.1:\(server.port)/a.mkv?token=***"
    #expect(try Set(Row.all(scratch.data("r.jsonl")).map(\.input)) == [shown, clip])
    #expect(outcome.errors.contains(shown) && !outcome.errors.contains("geheim"), "\(outcome.errors)")
    #expect(scratch.has("all/a.mkv") && scratch.has("all/a.2.mkv"))
    let found = try Program.run("/bin/grep", ["-r", "-l", "geheim", scratch.folder.path])
    #expect(found.status == 1, "\(found.lines)")
    // Rows are known again by what is shown.
    let resumed = try Program.run(Program.path, words[..<5] + rows + ["--resume"])
    #expect(resumed.status == 0 && resumed.errors.contains("Nothing is left to do"), "\(resumed.errors)")
  }

  /// Cameras that differ in their tokens alone.
  @Test func addressesStayApart() throws {
    let scratch = try Scratch()
    let server = try server(try scratch.makeClip("a.mkv", seconds: 0.4))
    let shown = "http://127.0.0.1:\(server.port)/a.mkv?key=***"
    let addresses = ["1", "2", "1"].map { shown.replacing("***", with: $0) }
    let outcome = try Program.run(Program.path, ["annotate"] + addresses + ["--jsonl", scratch.path("r.jsonl")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let inputs = try Row.all(scratch.data("r.jsonl")).map { $0.input! }
    #expect(inputs == [shown, shown + " (2)", shown].flatMap { Array(repeating: $0, count: 10) })
  }

  private func isHiddenInList(_ process: Int32) -> Bool {
    let line = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/cmdline"))) ?? Data()
    return line.range(of: Data("token=***".utf8)) != nil && line.range(of: Data("geheim".utf8)) == nil
  }

  @Test func passwordsAreNotInMessages() throws {
    let scratch = try Scratch()
    for address in ["http://u:geheim@127.0.0.1:9/a.mp4?sig=geheim", "rtsp://u:ge/heim@127.0.0.1:9/geheim?key=geheim"] {
      for words in [["annotate", address, "--jsonl", "-"], ["live", address, "--headless", "--jsonl", "-"]] {
        let outcome = try Program.run(Program.path, words)
        #expect(outcome.status == 1 && outcome.errors.contains("127.0.0.1:9"), "\(outcome.errors)")
        #expect(!outcome.errors.replacing("9/geheim", with: "").contains("heim"), "\(outcome.errors)")
      }
    }
    let server = try server(try scratch.makeClip("a.mkv", seconds: 0.4))
    let live = try Program.mien(
      "live", "http://u:geheim@127.0.0.1:\(server.port)/a.mkv?key=geheim", "--headless", "--frames", "5", "--jsonl",
      "-",
      "--record", scratch.path("l.mkv"))
    #expect(live.status == 0 && !live.errors.contains("geheim"), "\(live.errors)")
    #expect(live.output.range(of: Data("geheim".utf8)) == nil)
  }

  /// Names with commands for a terminal: none reaches it.
  @Test func namesObeyTheTerminal() throws {
    let scratch = try Scratch()
    let name = "a\u{1B}[31mred\u{1B}]0;title\u{7}\r\u{9B}2J"
    let clip = try scratch.makeClip(name + ".mp4", seconds: 0.4)
    let out = scratch.path(name + "-out.mp4")
    try Data("x".utf8).write(to: scratch.file(name + ".txt"))
    try FileManager.default.createDirectory(at: scratch.file("models"), withIntermediateDirectories: true)
    let runs = [
      ["annotate", clip, "-o", out, "--every", "9"],
      ["annotate", clip, clip, "-o", scratch.path(name), "--every", "9"],
      ["annotate", clip, "-o", out], ["annotate", scratch.path(name + "none.mp4"), "--jsonl", "-"],
      ["annotate", scratch.path(name + ".txt"), "--jsonl", "-"],
      ["annotate", scratch.folder.path, "--csv", scratch.path("c.csv")],
      ["explain", "default", clip, "--whole", "-o", scratch.path("why")], [clip], ["annotate", clip, "--" + name],
      ["live", clip, "--headless", "--frames", "5", "--record", scratch.path(name + ".mkv")],
      ["live", clip, "--headless", "--frames", "5", "--jsonl", scratch.path("no/" + name)],
      ["bench", "--compare", clip, clip], ["train", scratch.path(name)],
      ["evaluate", "default", "--data", scratch.path(name)],
      ["models", "import", clip, "-o", scratch.path("m.safetensors")],
    ]
    for words in runs {
      let outcome = try Program.run(Program.path, words)
      #expect(outcome.errors.contains("a?[31mred?]0;title???2J"), "\(words) \(outcome.errors)")
      let obeyed = outcome.errors.unicodeScalars.filter { $0.properties.generalCategory == .control && $0 != "\n" }
      #expect(obeyed.isEmpty, "\(words) \(outcome.errors)")
    }
  }

  private func shell(_ script: String, in scratch: Scratch) throws -> Program.Outcome {
    try Program.run("/bin/sh", ["-c", "mien='\(Program.path)'; \(script)"], in: scratch.folder)
  }

  /// Files, folders and values of options; rows, pages and outputs show the name with `\xE9`.
  @Test func namesThatAreNoText() throws {
    let scratch = try Scratch()
    _ = try scratch.makeClip("a.mp4", seconds: 0.4)
    let made = try shell(
      "e=$(printf '\\351'); mkdir d$e && cp a.mp4 caf$e.mp4 && cp a.mp4 d$e/x.mp4 && mv a.mp4 d$e/y$e.mp4", in: scratch)
    try #require(made.status == 0, "\(made.errors)")
    let one = try shell(
      "e=$(printf '\\351'); $mien annotate caf$e.mp4 --jsonl o.jsonl --report o.html -o o.mp4", in: scratch)
    #expect(one.status == 0 && one.errors.contains("caf\\xE9.mp4: 10 frames"), "\(one.errors)")
    #expect(try scratch.text("o.html").contains("<h1>caf\\xE9.mp4</h1>"))
    let folder = try shell(
      "e=$(printf '\\351'); $mien annotate d$e caf$e.mp4 --jsonl=d$e/r.jsonl -o all && mv d$e/r.jsonl .", in: scratch)
    #expect(folder.status == 0, "\(folder.errors)")
    let inputs = try Row.all(scratch.data("r.jsonl")).map { $0.input! }
    #expect(Set(inputs) == ["d\\xE9/x.mp4", "d\\xE9/y\\xE9.mp4", "caf\\xE9.mp4"] && inputs.count == 30)
    #expect(["all/x.mp4", "all/y\\xE9.mp4", "all/caf\\xE9.mp4"].allSatisfy(scratch.has))
    let pattern = try shell("$mien annotate 'caf?.mp4' c*.mp4 --csv p.csv", in: scratch)
    #expect(pattern.status == 0, "\(pattern.errors)")
    #expect(try scratch.text("p.csv").split(separator: "\n").count == 21)
    let missing = try shell("$mien annotate zz$(printf '\\351').mp4 --jsonl -", in: scratch)
    #expect(missing.status == 1 && missing.errors == "mien: \"zz\\xE9.mp4\" is not there: check the name.\n")
  }
}
