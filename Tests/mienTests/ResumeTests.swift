import Foundation
import TestSupport
import Testing

private let sample = TestData.packageRoot.appendingPathComponent("samples/portraits.mp4").path

/// `--resume` after real interruptions.
@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct ResumeTests {
  private func arguments(_ scratch: Scratch, _ name: String) -> [String] {
    [
      "annotate", sample, "--every", "3", "--duration", "5", "-o", scratch.path("\(name).mp4"), "--jsonl",
      scratch.path("\(name).jsonl"), "--csv", scratch.path("\(name).csv"),
    ]
  }

  /// Rows begin with those of the stopped run, faces keep their numbers, and the video is whole.
  @Test func stoppedHalfWay() throws {
    let scratch = try Scratch()
    let whole = try Program.run(Program.path, arguments(scratch, "whole"))
    try #require(whole.status == 0, "\(whole.errors)")
    let stopped = try stop(arguments(scratch, "out"), in: scratch)
    let before = try scratch.text("out.partial.jsonl")
    let resumed = try Program.run(Program.path, arguments(scratch, "out") + ["--resume"])
    try #require(resumed.status == 0, "\(resumed.errors)")
    #expect(scratch.names == ["out.csv", "out.jsonl", "out.mp4", "whole.csv", "whole.jsonl", "whole.mp4"])
    let (rows, wanted) = (try Row.all(scratch.data("out.jsonl")), try Row.all(scratch.data("whole.jsonl")))
    #expect(stopped > 0 && stopped < wanted.count && rows.map(\.frame) == wanted.map(\.frame))
    #expect(try scratch.text("out.jsonl").hasPrefix(before))
    #expect(zip(rows, wanted).allSatisfy { $0.faces.map(\.track) == $1.faces.map(\.track) })
    #expect(try Probe.times(scratch.path("out.mp4")) == Probe.times(scratch.path("whole.mp4")))
    #expect(
      try scratch.text("out.csv").split(separator: "\n").count == scratch.text("whole.csv").split(separator: "\n").count
    )
  }

  /// The command that an interrupted run names does the rest, whatever characters are in it.
  @Test func theCommandThatIsNamedGoesOn() throws {
    let scratch = try Scratch()
    try FileManager.default.createSymbolicLink(atPath: scratch.path("it's $1.mp4"), withDestinationPath: sample)
    let words = ["annotate", "it's $1.mp4", "--every", "3", "--jsonl", "out.jsonl", "-o", "out.mp4"]
    let run = try Program.start(Program.path, words, in: scratch.folder)
    while run.process.isRunning, !hasBegun(scratch) { Thread.sleep(forTimeInterval: 0.02) }
    run.process.send(SIGINT)
    let stopped = try run.wait()
    #expect(stopped.status == 130, "\(stopped.errors)")
    let command = try #require(stopped.errors.firstRange(of: "To go on: mien ")).upperBound
    let rest = stopped.errors[command...].trimmingCharacters(in: .newlines)
    let resumed = try Program.run("/bin/sh", ["-c", "\(Program.path) \(rest)"], in: scratch.folder)
    #expect(resumed.status == 0 && rest.contains("--resume"), "\(rest) \(resumed.errors)")
    #expect(scratch.names == ["it's $1.mp4", "out.jsonl", "out.mp4"])
    #expect(try Row.all(scratch.data("out.jsonl")).count == Probe.times(sample).count)
  }

  /// Where nothing can be taken up, no command is named; nor where an old file would be taken for this run's.
  @Test(arguments: [["--vtt"], ["--force", "--csv"]]) func withoutRowsThereIsNoCommand(options: [String]) throws {
    let scratch = try Scratch()
    let run = try Program.start(Program.path, ["annotate", sample] + options + [scratch.path("out")])
    while run.process.isRunning, !hasBegun(scratch) { Thread.sleep(forTimeInterval: 0.02) }
    run.process.send(SIGINT)
    let stopped = try run.wait()
    #expect(stopped.status == 130 && !stopped.errors.contains("To go on"), "\(stopped.errors)")
  }

  /// CSV alone can be taken up, too.
  @Test func rowsOfCSV() throws {
    let scratch = try Scratch()
    func words(_ name: String) -> [String] {
      ["annotate", sample, "--every", "2", "--csv", scratch.path("\(name).csv")]
    }
    try #require(Program.run(Program.path, words("whole")).status == 0)
    let run = try Program.start(Program.path, words("out"))
    while run.process.isRunning, !hasRows(scratch, bytes: 2000) { Thread.sleep(forTimeInterval: 0.01) }
    run.process.send(SIGINT)
    try #require(run.wait().status == 130)
    let before = try scratch.text("out.partial.csv")
    let resumed = try Program.run(Program.path, words("out") + ["--resume"])
    try #require(resumed.status == 0, "\(resumed.errors)")
    let (after, whole) = (try scratch.text("out.csv"), try scratch.text("whole.csv"))
    #expect(before.utf8.count > 1000 && before.utf8.count < whole.utf8.count && after.hasPrefix(before))
    func columns(_ text: String) -> [[Substring]] {
      text.split(separator: "\n").map { Array($0.split(separator: ",", omittingEmptySubsequences: false)[..<3]) }
    }
    #expect(columns(after) == columns(whole))
    #expect(scratch.names == ["out.csv", "whole.csv"])
    let nothing = try Program.run(Program.path, words("out") + ["--resume"])
    #expect(nothing.status == 0 && nothing.errors.contains("Nothing is left to do"), "\(nothing.errors)")
  }

  /// Stops a run once some frames are encoded; gives the number of its rows.
  private func stop(_ arguments: [String], in scratch: Scratch) throws -> Int {
    let run = try Program.start(Program.path, arguments)
    while run.process.isRunning, !hasBegun(scratch) { Thread.sleep(forTimeInterval: 0.02) }
    Thread.sleep(forTimeInterval: 0.8)
    run.process.send(SIGINT)
    let outcome = try run.wait()
    try #require(outcome.status == 130, "\(outcome.errors)")
    return try Row.all(scratch.data("out.partial.jsonl")).count
  }

  /// Whether a run under way has written so much.
  private func hasRows(_ scratch: Scratch, bytes: Int) -> Bool {
    scratch.names.contains { name in
      name.hasPrefix("out.partial-") && ((try? scratch.data(name).count) ?? 0) > bytes
    }
  }

  private func hasBegun(_ scratch: Scratch) -> Bool {
    scratch.names.contains { name in
      name.hasPrefix("out.partial-") && ((try? scratch.data(name).count) ?? 0) > 0
    }
  }

  @Test(arguments: ["jsonl", "csv"]) func ofABatchWhatIsMissingIsDone(format: String) throws {
    let scratch = try Scratch()
    let clips = [try scratch.makeClip("a.mp4", seconds: 0.4), try scratch.makeClip("b.mkv", seconds: 0.4)]
    let words = ["annotate"] + clips + ["-o", scratch.path("all"), "--\(format)", scratch.path("=rows")]
    #expect(try Program.run(Program.path, words).status == 0)
    let (rows, first) = (try scratch.data("=rows"), try scratch.data("all/a.mp4"))
    let nothing = try Program.run(Program.path, words + ["--resume"])
    #expect(nothing.status == 0 && nothing.complaints.count == 1, "\(nothing.errors)")
    try FileManager.default.removeItem(atPath: scratch.path("all/b.mkv"))
    let again = try Program.run(Program.path, words + ["--resume"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(scratch.has("all/b.mkv"))
    #expect(try scratch.data("=rows") == rows && scratch.data("all/a.mp4") == first)
  }

  @Test func rowsOfAnotherRunAreRefused() throws {
    let scratch = try Scratch()
    try Data("{\"frame\":7,\"time\":0.5,\"faces\":[]}\n".utf8).write(to: scratch.file("out.partial.jsonl"))
    let outcome = try Program.mien("annotate", sample, "--jsonl", scratch.path("out.jsonl"), "--resume")
    #expect(outcome.status == 1 && outcome.complaints.count == 1 && outcome.errors.contains("out.partial.jsonl"))
    #expect(scratch.names == ["out.partial.jsonl"])
    try Data("words\n".utf8).write(to: scratch.file("out.partial.jsonl"))
    let words = try Program.mien("annotate", sample, "--jsonl", scratch.path("out.jsonl"), "--resume")
    #expect(words.status == 1 && words.errors.contains("Line 1"))
    let without = try Program.mien("annotate", sample, "--vtt", scratch.path("out.vtt"), "--resume")
    #expect(without.status == 2 && without.errors.contains("--jsonl"))
  }
}
