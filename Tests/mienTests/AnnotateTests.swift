import Foundation
import Kernels
import TestSupport
import Testing

/// One JSON line.
struct Row: Decodable {
  struct Face: Decodable {
    var track: Int
    var box: [Double]
    var score: Double
    var source: String
    var expression: String
    var reason: String?
    var confidence: Double
    var probabilities: [String: Double]
  }
  var frame: Int
  var time: Double
  var faces: [Face]
  var input: String?

  static func all(_ data: Data) throws -> [Row] {
    try data.split(separator: 10).map { try JSONDecoder().decode(Row.self, from: $0) }
  }
}

private let sample = TestData.packageRoot.appendingPathComponent("samples/portraits.mp4").path

@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct AnnotateTests {
  @Test func theSampleGivesEverything() throws {
    let scratch = try Scratch()
    let outcome = try Program.mien(
      "annotate", sample, "--every", "5", "-o", scratch.path("out.mp4"), "--jsonl", scratch.path("out.jsonl"), "--csv",
      scratch.path("out.csv"), "--vtt", scratch.path("out.vtt"), "--timeline", scratch.path("out.svg"), "--report",
      scratch.path("out.html"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(scratch.names == ["out.csv", "out.html", "out.jsonl", "out.mp4", "out.svg", "out.vtt"])
    try expectFaithful(scratch.path("out.mp4"), to: sample)
    let rows = try Row.all(scratch.data("out.jsonl"))
    try expectSound(rows, against: Probe.times(sample))
    #expect(rows.filter { $0.faces.count >= 2 }.count > rows.count / 2)
    try expectSame(scratch.text("out.csv"), rows)
    #expect(try scratch.text("out.vtt").contains(" --> "))
    let video = try scratch.data("out.mp4").base64EncodedString()
    #expect(try scratch.text("out.html").contains("data:video/mp4;base64,\(video)"))
  }

  @Test(.enabled(if: InstructionSet.usable.count > 1, "skipped: the processor has one instruction set"))
  func rowsDoNotDependOnInstructionSets() throws {
    let scratch = try Scratch()
    for (index, set) in InstructionSet.usable.enumerated() {
      let outcome = try Program.run(
        "/usr/bin/env",
        ["MIEN_CPU=\(set.name)", Program.path, "annotate", sample, "--every", "3", "--jsonl"]
          + [scratch.path("\(index).jsonl")])
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(try !Row.all(scratch.data("\(index).jsonl")).flatMap(\.faces).isEmpty)
    }
    #expect(try scratch.data("0.jsonl") == scratch.data("1.jsonl"))
  }

  @Test func bytesDoNotDependOnThreads() throws {
    let scratch = try Scratch()
    for threads in ["1", "2", "4"] {
      let outcome = try Program.mien(
        "annotate", sample, "--duration", "1", "--every", "2", "--threads", threads, "-o",
        scratch.path("\(threads).mp4"), "--jsonl",
        scratch.path("\(threads).jsonl"), "--csv", scratch.path("\(threads).csv"))
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    for kind in ["mp4", "jsonl", "csv"] {
      let one = try scratch.data("1.\(kind)")
      for threads in ["2", "4"] { #expect(try scratch.data("\(threads).\(kind)") == one) }
    }
  }

  @Test func everyThirdFrameIsMeasured() throws {
    let outcome = try Program.mien("annotate", sample, "--every", "3", "--jsonl", "-", "--duration", "1")
    let rows = try Row.all(outcome.output)
    try #require(!rows.isEmpty)
    for row in rows where row.frame % 3 != 0 { #expect(row.faces.allSatisfy { $0.source == "held" }) }
    #expect(rows.contains { row in row.frame % 3 == 0 && row.faces.contains { $0.source == "measured" } })
    #expect(rows.contains { row in row.frame % 3 != 0 && !row.faces.isEmpty })
  }

  @Test func startAndDurationKeepTheSourcesNumbers() throws {
    let all = try Probe.times(sample)
    let outcome = try Program.mien("annotate", sample, "--start", "1", "--duration", "0.5", "--jsonl", "-")
    let rows = try Row.all(outcome.output)
    try #require(!rows.isEmpty)
    for row in rows { #expect(abs(all[row.frame] - all[0] - row.time) < 0.001 && row.time >= 1 && row.time < 1.5) }
  }

  @Test func severalInputsMakeAFolder() throws {
    let scratch = try Scratch()
    let clips = [try scratch.makeClip("a b.mp4", seconds: 0.4), try scratch.makeClip("c.mkv", seconds: 0.4)]
    let outcome = try Program.mien(
      "annotate", clips[0], clips[1], "-o", scratch.path("all"), "--jsonl", scratch.path("all.jsonl"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(scratch.has("all/a b.mp4") && scratch.has("all/c.mkv"))
    #expect(Set(try Row.all(scratch.data("all.jsonl")).map(\.input)) == Set(clips))
    let again = try Program.mien("annotate", clips[0], clips[1], "-o", scratch.path("all"), "--resume")
    #expect(again.status == 0)
  }

  /// What a folder or a pattern gives lies in a folder, however much that is; a file's name is no folder.
  @Test func aFolderStaysAFolder() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("one.mp4", seconds: 0.4)
    try FileManager.default.createDirectory(at: scratch.file("in"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: clip, toPath: scratch.path("in/one.mp4"))
    for (input, name) in [(scratch.path("in"), "a"), (scratch.path("in/*.mp4"), "b"), (scratch.path("in"), "v1.2")] {
      let outcome = try Program.mien("annotate", input, "-o", scratch.path(name))
      #expect(outcome.status == 0 && scratch.has("\(name)/one.mp4"), "\(outcome.errors)")
    }
    let names = scratch.names
    for inputs in [[scratch.path("in")], [scratch.path("in/*.mp4")], [clip, clip]] {
      let outcome = try Program.run(Program.path, ["annotate"] + inputs + ["-o", scratch.path("x.mp4")])
      #expect(outcome.status == 1 && outcome.complaints.count == 1 && outcome.errors.contains("name a folder"))
      #expect(scratch.names == names)
    }
    try FileManager.default.createDirectory(at: scratch.file("x.mp4"), withIntermediateDirectories: true)
    #expect(try Program.mien("annotate", scratch.path("in"), "-o", scratch.path("x.mp4")).status == 0)
    #expect(scratch.has("x.mp4/one.mp4"))
  }

  /// One recording of numbered images, and what is said where they are taken for many.
  @Test func numberedImages() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(at: scratch.file("f"), withIntermediateDirectories: true)
    try Program.run(
      "/usr/bin/ffmpeg", ["-v", "error", "-i", sample, "-frames:v", "12", scratch.path("f/img_%03d.png")])
    let pattern = scratch.path("f/img_%03d.png")
    let outcome = try Program.mien(
      "annotate", pattern, "--fps", "10", "-o", scratch.path("o.mp4"), "--jsonl", scratch.path("o.jsonl"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let rows = try Row.all(scratch.data("o.jsonl"))
    #expect(rows.map(\.frame) == Array(0..<12) && rows.map { ($0.time * 10).rounded() } == (0..<12).map(Double.init))
    #expect(Set(rows[0].faces.map(\.track)) == Set(rows[11].faces.map(\.track)) && !rows[0].faces.isEmpty)
    #expect(try Probe.times(scratch.path("o.mp4")).last == 1.1)
    let live = try Program.mien("live", pattern, "--fps", "20", "--headless", "--jsonl", "-")
    #expect(try live.status == 0 && Row.all(live.output).last?.time == 0.55, "\(live.errors)")
    let folder = try Program.mien("annotate", scratch.path("f"), "-o", scratch.path("p.mp4"))
    #expect(folder.status == 1 && folder.errors.contains("\"\(pattern)\" with --fps"), "\(folder.errors)")
    let video = try Program.mien("annotate", sample, "--jsonl", "-", "--fps", "10")
    #expect(video.status == 2 && video.errors.contains("--fps"), "\(video.errors)")
  }

  /// The same recording twice is the same file twice, run after run.
  @Test func twiceTheSame() throws {
    let scratch = try Scratch()
    let words = ["annotate", sample, sample, "--duration", "1", "--every", "4", "--quiet", "-o"]
    for run in ["a", "b"] { try #require(Program.run(Program.path, words + [scratch.path(run)]).status == 0) }
    let files = try ["a/portraits.mp4", "a/portraits.2.mp4", "b/portraits.mp4", "b/portraits.2.mp4"].map(scratch.data)
    #expect(Set(files).count == 1)
  }

  /// Encoders keep to themselves what they have to say.
  @Test(arguments: ["h264", "hevc", "av1", "vp9", "vp8", "theora"]) func quietIsQuiet(codec: String) throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("a.mp4", seconds: 0.4)
    let outcome = try Program.mien(
      "annotate", clip, "--codec", codec, "--quiet", "-o", scratch.path("o.\(codec == "theora" ? "ogv" : "mkv")"))
    #expect(outcome.status == 0 && outcome.errors.isEmpty && outcome.output.isEmpty, "\(outcome.errors)")
  }

  @Test func manyFilesAreNotAllNamed() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(at: scratch.file("in"), withIntermediateDirectories: true)
    try Program.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=96x64", "-frames:v", "9", scratch.path("in/%d.png")])
    let outcome = try Program.mien("annotate", scratch.path("in"), "-o", scratch.path("out"))
    #expect(outcome.complaints.filter { $0.contains(": 1 frame in ") }.count == 9, "\(outcome.errors)")
    #expect(outcome.complaints.last?.hasSuffix("5.png and 4 more.") == true, "\(outcome.errors)")
  }

  @Test func cropsAreWhatTheNetworksSee() throws {
    let scratch = try Scratch()
    let outcome = try Program.mien("annotate", sample, "--duration", "0.2", "--show-crops", scratch.path("crops"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    let frames = try FileManager.default.contentsOfDirectory(atPath: scratch.path("crops"))
    #expect(frames.contains { $0.hasSuffix(".png") })
    #expect(try Probe.shape(scratch.path("crops/\(frames.sorted()[0])")) == "48,48")
  }

  @Test(arguments: ["blur", "pixelate", "mask"]) func hiddenFacesAreNotFoundAgain(style: String) throws {
    let scratch = try Scratch()
    let hidden = scratch.path("hidden.mp4")
    _ = try Program.mien("annotate", sample, "--duration", "0.4", "--every", "2", "-o", hidden, "--hide-faces", style)
    let rows = try Row.all(try Program.mien("annotate", hidden, "--jsonl", "-").output)
    try #require(!rows.isEmpty)
    #expect(rows.filter { !$0.faces.isEmpty }.count * 10 <= rows.count)
  }
}

/// The CSV says what the JSON says.
private func expectSame(_ csv: String, _ rows: [Row]) throws {
  let lines = csv.split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  #expect(lines.count == rows.reduce(0) { $0 + max(1, $1.faces.count) })
  let faces = rows.flatMap(\.faces)
  let filled = lines.filter { !$0[2].isEmpty }
  for (cells, face) in zip(filled, faces) {
    #expect(Int(cells[2]) == face.track && String(cells[9]) == face.expression && Double(cells[10]) == face.confidence)
  }
}
