import Foundation
import TestSupport
import Testing

private let sample = TestData.packageRoot.appendingPathComponent("samples/portraits.mp4").path

@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct BadInputTests {
  /// One sentence, the right status, and nothing left behind.
  private func expectRefusal(
    _ arguments: [String], status: Int32 = 1, naming words: String..., leaving names: [String], in scratch: Scratch
  ) throws {
    let outcome = try Program.run(Program.path, arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.complaints.count == 1 && outcome.errors.hasPrefix("mien: "), "\(outcome.errors)")
    for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    #expect(scratch.names == names)
  }

  @Test func aMissingFile() throws {
    let scratch = try Scratch()
    try expectRefusal(
      ["annotate", scratch.path("none.mp4"), "-o", scratch.path("out.mp4"), "--jsonl", scratch.path("out.jsonl")],
      naming: "none.mp4", leaving: [], in: scratch)
  }

  @Test func aFolderWithoutMedia() throws {
    let scratch = try Scratch()
    try Data("x".utf8).write(to: scratch.folder.appendingPathComponent("notes.txt"))
    try expectRefusal(
      ["annotate", scratch.folder.path, "-o", scratch.path("out")], naming: scratch.folder.lastPathComponent,
      leaving: ["notes.txt"], in: scratch)
  }

  @Test func textThatIsCalledVideo() throws {
    let scratch = try Scratch()
    try Data(String(repeating: "just words\n", count: 100).utf8)
      .write(to: scratch.folder.appendingPathComponent("talk.mp4"))
    try expectRefusal(
      ["annotate", scratch.path("talk.mp4"), "-o", scratch.path("out.mp4")], naming: "talk.mp4", leaving: ["talk.mp4"],
      in: scratch)
  }

  @Test func nothingInAFile() throws {
    let scratch = try Scratch()
    try Data().write(to: scratch.file("a.mp4"))
    try expectRefusal(
      ["annotate", scratch.path("a.mp4"), "-o", scratch.path("out.mp4")], naming: "a.mp4", "empty", leaving: ["a.mp4"],
      in: scratch)
  }

  /// Pages and charts end as such, before any work is done.
  @Test(arguments: ["x.pdf", "-", "x", "x.html/y", ".html.mp4"]) func pagesEndAsPages(name: String) throws {
    let scratch = try Scratch()
    let path = name == "-" ? name : scratch.path(name)
    for option in ["--report", "--timeline"] where option != "--timeline" || name != "x.pdf" {
      try expectRefusal(
        ["annotate", sample, option, path, "--csv", scratch.path("r.csv")], naming: "\"\(path)\" has no ending of a ",
        leaving: [], in: scratch)
    }
  }

  @Test func aRecordingInPlaceOfACommand() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("a clip.mp4", seconds: 0.4)
    try expectRefusal([clip], status: 2, naming: "mien annotate \"\(clip)\"", leaving: ["a clip.mp4"], in: scratch)
    try expectRefusal(
      ["http://h/a.mp4"], status: 2, naming: "mien live \"http://h/a.mp4\"", leaving: ["a clip.mp4"], in: scratch)
  }

  /// A frame that says that its pixels are three thousand times as wide as high.
  @Test func pixelsOfNoFrame() throws {
    let scratch = try Scratch()
    try Program.run(
      "/usr/bin/ffmpeg",
      [
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x48,setsar=3000/1:max=9999,format=yuv420p", "-frames:v", "1",
        scratch.path("a.y4m"),
      ])
    try expectRefusal(
      ["annotate", scratch.path("a.y4m"), "--jsonl", scratch.path("r.jsonl")], naming: "a.y4m", "3000 wide",
      leaving: ["a.y4m"], in: scratch)
  }

  @Test func soundWithoutFrames() throws {
    let scratch = try Scratch()
    let sound = ["-v", "error", "-f", "lavfi", "-i", "sine=duration=1", scratch.path("sound.m4a")]
    try Program.run("/usr/bin/ffmpeg", sound)
    try expectRefusal(
      ["annotate", scratch.path("sound.m4a"), "-o", scratch.path("out.mp4")], naming: "sound.m4a",
      leaving: ["sound.m4a"], in: scratch)
  }

  /// What can be read is annotated, and the rest is said to be missing; without an index nothing can be read.
  @Test func aTruncatedFile() throws {
    let scratch = try Scratch()
    for name in ["a.mkv", "b.mp4"] {
      let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.makeClip(name, seconds: 4)))
      try whole.prefix(whole.count / 2).write(to: scratch.folder.appendingPathComponent(name))
    }
    let outcome = try Program.mien("annotate", scratch.path("a.mkv"), "-o", scratch.path("out.mp4"))
    #expect(outcome.status == 0 && outcome.errors.contains("a.mkv"))
    #expect(try (10..<95).contains(Probe.times(scratch.path("out.mp4")).count))
    try expectRefusal(
      ["annotate", scratch.path("b.mp4"), "-o", scratch.path("out2.mp4")], naming: "b.mp4",
      leaving: ["a.mkv", "b.mp4", "out.mp4"], in: scratch)
  }

  /// A recording whose times are damaged from its second half on: the first is kept.
  @Test func damagedTimes() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("a.mkv", seconds: 1)
    try Program.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-i", clip, "-c", "copy", "-output_ts_offset", "9000000000", scratch.path("late.mkv")])
    let parts = try ["a.mkv", "late.mkv"].map { try Data(contentsOf: URL(fileURLWithPath: scratch.path($0))) }
    try (parts[0] + parts[1]).write(to: scratch.folder.appendingPathComponent("both.mkv"))
    let outcome = try Program.mien(
      "annotate", scratch.path("both.mkv"), "-o", scratch.path("out.mkv"), "--jsonl", scratch.path("r.jsonl"))
    #expect(outcome.status == 1 && outcome.errors.contains("times are damaged"), "\(outcome.errors)")
    #expect(try Probe.times(scratch.path("out.partial.mkv")).count == Probe.times(clip).count)
    #expect(scratch.names == ["a.mkv", "both.mkv", "late.mkv", "out.partial.mkv", "r.partial.jsonl"])
    try expectRefusal(
      ["annotate", scratch.path("late.mkv"), "--jsonl", scratch.path("l.jsonl")], naming: "late.mkv",
      leaving: scratch.names, in: scratch)
  }

  @Test func timesBeyondAllTime() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("a.mp4", seconds: 1)
    let rows = ["annotate", clip, "--jsonl", scratch.path("r.jsonl")]
    for (options, status, word) in [
      (["--start", "1e15"], 1, "--start"), (["--start", "1e300"], 1, "--start"),
      (["--duration", "0"], 2, "--duration"),
      (["--start", "inf"], 2, "--start"), (["--start", "0.51", "--duration", "0.001"], 1, "between"),
    ] as [([String], Int32, String)] {
      try expectRefusal(rows + options, status: status, naming: word, leaving: ["a.mp4"], in: scratch)
    }
    #expect(try Program.run(Program.path, rows + ["--duration", "1e300"]).status == 0)
  }

  @Test func anUnreadableDevice() throws {
    let scratch = try Scratch()
    try expectRefusal(
      ["annotate", "/dev/null", "-o", scratch.path("out.mp4")], naming: "/dev/null", leaving: [], in: scratch)
  }

  @Test func outputOverInput() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("clip.mp4")
    let before = try scratch.data("clip.mp4")
    try expectRefusal(
      ["annotate", clip, "-o", clip, "--force"], naming: "clip.mp4", leaving: ["clip.mp4"], in: scratch)
    try FileManager.default.createSymbolicLink(atPath: scratch.path("link.mp4"), withDestinationPath: clip)
    try expectRefusal(
      ["annotate", clip, "-o", scratch.path("link.mp4"), "--force"], naming: "link.mp4",
      leaving: ["clip.mp4", "link.mp4"], in: scratch)
    #expect(try scratch.data("clip.mp4") == before)
  }

  @Test func nothingIsOverwrittenWithoutForce() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("clip.mp4", seconds: 0.4)
    for name in ["out.mp4", "out.jsonl", "out.svg"] {
      try Data("mine".utf8).write(to: scratch.folder.appendingPathComponent(name))
      let option = name == "out.mp4" ? "-o" : name == "out.svg" ? "--timeline" : "--jsonl"
      let names = scratch.names
      try expectRefusal(
        ["annotate", clip, option, scratch.path(name)], naming: name, "--force", leaving: names, in: scratch)
      #expect(try scratch.text(name) == "mine")
      let forced = try Program.mien("annotate", clip, option, scratch.path(name), "--force")
      #expect(forced.status == 0, "\(forced.errors)")
      #expect(try scratch.text(name) != "mine")
    }
  }

  @Test(.enabled(if: getuid() == 0, "skipped: only root can mount a small disk")) func aFullDisk() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("clip.mp4", seconds: 8, size: "640x480")
    let disk = scratch.folder.appendingPathComponent("disk")
    try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
    let mounted = try Program.run("/bin/mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", disk.path])
    guard mounted.status == 0 else { return print("skipped: no tmpfs can be mounted here") }
    defer { _ = try? Program.run("/bin/umount", [disk.path]) }
    for option in [
      ["-o", disk.path + "/out.mp4"], ["--jsonl", disk.path + "/out.jsonl", "--csv", disk.path + "/out.csv"],
    ] {
      let outcome = try Program.run(Program.path, ["annotate", clip] + option + ["--quiet"])
      #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(outcome.errors)")
      #expect(!outcome.errors.contains("out.mp4 is kept"))
      for name in try FileManager.default.contentsOfDirectory(atPath: disk.path) {
        #expect(name.hasPrefix("out.partial.") && outcome.errors.contains(name), "\(outcome.errors)")
        try FileManager.default.removeItem(atPath: disk.path + "/" + name)
      }
    }
  }

  @Test func aFolderThatIsNotThere() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("clip.mp4", seconds: 0.4)
    try expectRefusal(
      ["annotate", clip, "-o", scratch.path("no/out.mp4")], naming: "no/out.mp4", leaving: ["clip.mp4"], in: scratch)
    try expectRefusal(
      ["annotate", clip, "--jsonl", scratch.path("no/out.jsonl")], naming: "no/out.jsonl", leaving: ["clip.mp4"],
      in: scratch)
  }

  /// Root may write everywhere but to what the kernel itself keeps read-only.
  @Test func noPermission() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("clip.mp4", seconds: 0.4)
    try expectRefusal(
      ["annotate", clip, "-o", "/proc/out.mp4"], naming: "/proc/out.mp4", leaving: ["clip.mp4"], in: scratch)
    try expectRefusal(
      ["annotate", clip, "--csv", "/proc/out.csv"], naming: "/proc/out.csv", leaving: ["clip.mp4"], in: scratch)
  }

  @Test func strangeWords() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("a clip's \"name\".mp4", seconds: 0.4)
    let outcome = try Program.mien("annotate", clip, "-o", scratch.path("an output's name.mp4"), "--quiet")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    try expectRefusal(
      ["annotate", clip, "-o", scratch.path("x.mp4"), "--models", "nosuch"], naming: "nosuch",
      leaving: ["a clip's \"name\".mp4", "an output's name.mp4"], in: scratch)
    try expectRefusal(
      ["annotate", clip, "-o", scratch.path("x.mp4"), "--cascade", "nosuch"], naming: "nosuch",
      leaving: ["a clip's \"name\".mp4", "an output's name.mp4"], in: scratch)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func interruptedHalfWay(signal: Int32) throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("clip.mp4", seconds: 120)
    let run = try Program.start(
      Program.path,
      ["annotate", clip, "-o", scratch.path("out.mp4"), "--csv", scratch.path("out.csv"), "--jsonl", "-"])
    while run.process.isRunning, try run.rowsSoFar() < 3 { Thread.sleep(forTimeInterval: 0.05) }
    run.process.send(signal)
    let outcome = try run.wait()
    #expect(outcome.status == 130, "\(outcome.errors)")
    #expect(outcome.errors.contains("out.partial.mp4") && outcome.errors.contains("out.partial.csv"))
    #expect(scratch.names == ["clip.mp4", "out.partial.csv", "out.partial.mp4"])
    let frames = try Probe.times(scratch.path("out.partial.mp4")).count
    #expect(frames >= 3 && frames < 3000)
    #expect(try Row.all(outcome.output).count == frames)
    #expect(try scratch.text("out.partial.csv").split(separator: "\n").count == frames + 1)
  }
}
