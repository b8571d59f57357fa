import Foundation
import TestSupport
import Testing

/// Archives of recordings: several at once, shares of them, one database, and what a kill leaves.
@Suite(
  .serialized,
  .enabled(if: Probe.isThere && hasSQLite, "skipped: no ffmpeg or sqlite3 (Debian's packages of these names)"))
struct ArchiveTests {
  /// Seven short recordings and one that is damaged.
  private func archive() throws -> Scratch {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(at: scratch.file("in"), withIntermediateDirectories: true)
    for index in 1...7 {
      _ = try Tool.run(
        "/usr/bin/ffmpeg",
        [
          "-v", "error", "-ss", "\(index)", "-t", "\(0.6 + 0.2 * Double(index % 3))", "-i", sampleClip, "-c:v",
          "libx264",
          "-preset", "ultrafast", scratch.path("in/r\(index).mp4"),
        ])
    }
    try scratch.data("in/r2.mp4").prefix(5000).write(to: scratch.file("in/damaged.mp4"))
    return scratch
  }

  private func annotate(_ scratch: Scratch, _ words: String...) throws -> Program.Outcome {
    try Program.run(Program.path, ["annotate", "in", "--quiet", "--models", "fast"] + words, in: scratch.folder)
  }

  /// All rows of a database in order, with their recordings' names.
  private func rows(_ scratch: Scratch, _ name: String) throws -> String {
    let query = """
      SELECT r.name, frame, time, track, x, y, w, h, score, source, expression, confidence, angry, happy, neutral, contempt, reason \
      FROM rows JOIN recordings r ON r.id = rows.recording ORDER BY r.name, frame, track
      """
    return try sql(scratch, name, query)
  }

  private func sql(_ scratch: Scratch, _ name: String, _ query: String) throws -> String {
    try Tool.run("/usr/bin/sqlite3", [scratch.path(name), query]).text
  }

  @Test func severalAtOnceGiveTheSame() throws {
    let scratch = try archive()
    let one = try annotate(scratch, "--csv", "1.csv", "--summary", "1.json", "--sqlite", "1.db", "--jsonl", "rows1/")
    let many = try annotate(
      scratch, "--jobs", "3", "--csv", "3.csv", "--summary", "3.json", "--sqlite", "3.db", "--jsonl", "rows3/",
      "--report",
      "r.html", "-o", "out")
    #expect(one.status == 1 && many.status == 1 && many.errors.contains("1 of 8 inputs failed"), "\(many.errors)")
    #expect(try scratch.data("1.csv") == scratch.data("3.csv"))
    #expect(try scratch.data("1.json") == scratch.data("3.json"))
    #expect(try scratch.text("1.json").contains("\"failure\" : \"\\\"in/damaged.mp4\\\" is not"))
    #expect(try scratch.text("r.html").contains("<h2>Not annotated</h2>"))
    #expect(try rows(scratch, "1.db") == rows(scratch, "3.db") && !rows(scratch, "1.db").isEmpty)
    for index in 1...7 {
      #expect(try scratch.data("rows1/r\(index).jsonl") == scratch.data("rows3/r\(index).jsonl"))
      #expect(scratch.has("out/r\(index).mp4"))
    }
    let states = try sql(scratch, "3.db", "SELECT state, count(*) FROM recordings GROUP BY state ORDER BY state")
    #expect(states == "done|7\nfailed|1\n")
    let again = try annotate(scratch, "--sqlite", "3.db")
    #expect(again.status == 1 && again.errors.contains("is there already"))
  }

  @Test func sharesAddUpToTheWhole() throws {
    let scratch = try archive()
    #expect(try annotate(scratch, "--sqlite", "whole.db").status == 1)
    for number in 1...3 { _ = try annotate(scratch, "--shard", "\(number)/3", "--sqlite", "all.db", "--resume") }
    #expect(try rows(scratch, "all.db") == rows(scratch, "whole.db"))
    for bad in ["0/3", "4/3", "3", "a/b", "1/0"] {
      let refused = try annotate(scratch, "--shard", bad, "--sqlite", "x.db")
      #expect(refused.status == 2 && refused.errors.contains("such as 2/8"))
    }
    let empty = try annotate(scratch, "--shard", "20/20", "--sqlite", "all.db", "--resume")
    #expect(empty.status == 0, "more shares than recordings: \(empty.errors)")
  }

  /// Killed again and again, each run goes on; in the end nothing is missing and nothing stands twice.
  @Test func killedArchivesGoOn() throws {
    let scratch = try archive()
    #expect(try annotate(scratch, "--sqlite", "whole.db", "--csv", "whole.csv").status == 1)
    let words = [
      "annotate", "in", "--quiet", "--models", "fast", "--jobs", "2", "--sqlite", "k.db", "--csv", "k.csv", "--resume",
    ]
    for round in 0..<5 {
      let run = try Program.start(Program.path, words, in: scratch.folder)
      Thread.sleep(forTimeInterval: 0.4 + 0.23 * Double(round))
      run.process.send(SIGKILL)
      _ = try run.wait()
      if scratch.has("k.db") { #expect(try sql(scratch, "k.db", "PRAGMA integrity_check") == "ok\n") }
    }
    #expect(try Program.run(Program.path, words, in: scratch.folder).status == 1)
    #expect(try rows(scratch, "k.db") == rows(scratch, "whole.db"))
    #expect(try scratch.data("k.csv") == scratch.data("whole.csv"))
    let names = scratch.names.filter { $0.contains("partial") }
    #expect(names.isEmpty, "\(names)")
  }

  /// A recording that changed, or other settings, are another matter.
  @Test func whatChangedIsDoneAnew() throws {
    let scratch = try archive()
    try FileManager.default.removeItem(at: scratch.file("in/damaged.mp4"))
    #expect(try annotate(scratch, "--sqlite", "a.db").status == 0)
    let none = try Program.mien(
      "annotate", "in", "--models", "fast", "--sqlite", "a.db", "--resume", in: scratch.folder)
    #expect(none.status == 0 && none.errors.contains("Nothing is left to do"), "\(none.errors)")
    try scratch.data("in/r1.mp4").write(to: scratch.file("in/r2.mp4"))
    let changed = try Program.mien(
      "annotate", "in", "--models", "fast", "--sqlite", "a.db", "--resume", in: scratch.folder)
    #expect(changed.errors.contains("in/r2.mp4: ") && !changed.errors.contains("in/r1.mp4: "), "\(changed.errors)")
    let other = try Program.mien(
      "annotate", "in", "--models", "fast", "--every", "2", "--sqlite", "a.db", "--resume", in: scratch.folder)
    #expect(other.errors.contains("in/r1.mp4: ") && other.errors.contains("in/r7.mp4: "), "\(other.errors)")
  }
}

private let hasSQLite = FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3")
