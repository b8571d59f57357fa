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

  @Test func cropsAreWhatTheNetworksSee() throws {
    let scratch = try Scratch()
    let outcome = try Program.mien("annotate", sample, "--duration", "0.2", "--show-crops", scratch.path("crops"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    let pictures = try FileManager.default.contentsOfDirectory(atPath: scratch.path("crops"))
    #expect(pictures.contains { $0.hasSuffix(".png") })
    #expect(try Probe.shape(scratch.path("crops/\(pictures.sorted()[0])")) == "48,48")
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
