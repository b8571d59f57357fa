import Foundation
import TestSupport
import Testing

/// The real clips of the test data.
private let clips = (TestData.folder?.appendingPathComponent("videos").path).map { folder in
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return names.filter { !$0.hasSuffix(".md") }.sorted().map { folder + "/" + $0 }
}

/// Every real clip through the whole program.
@Suite(
  .serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)),
  .enabled(if: clips != nil, Comment(rawValue: TestData.missing)))
struct ClipTests {
  /// Half of them to Matroska; AVI's sound goes into MP4 as it is.
  private static let runs = (clips ?? []).enumerated().map { index, clip in
    (clip, index % 2 == 0 || clip.hasSuffix("avi") ? "mp4" : "mkv")
  }

  /// The faces in this one are 20 pixels wide; every other clip shows one of 48 or more.
  private static let smallFaces = "intel_preview_classroom.gif"

  @Test(arguments: runs) func timesSoundAndFaces(clip: String, ending: String) throws {
    let scratch = try Scratch()
    let output = scratch.path("out.\(ending)")
    let outcome = try Program.mien(
      "annotate", clip, "--every", "6", "-o", output, "--jsonl", scratch.path("rows.jsonl"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    try expectFaithful(output, to: clip)
    let rows = try Row.all(scratch.data("rows.jsonl"))
    try expectSound(rows, against: Probe.frames(clip))
    let faces = rows.flatMap(\.faces).filter { $0.source == "measured" && $0.box[2] >= 40 }
    #expect(!faces.isEmpty || clip.hasSuffix(Self.smallFaces))
  }
}

/// The output shows what the source shows, when it shows it, with its sound, upright.
func expectFaithful(_ output: String, to source: String) throws {
  let (wanted, found) = (try Probe.frames(source), try Probe.times(output))
  try #require(wanted.count == found.count)
  for (a, b) in zip(wanted, found) { #expect(abs((a ?? b) - b) <= 0.001) }
  #expect(try Probe.soundHash(source) == Probe.soundHash(output))
  let (begin, begun) = (try Probe.firstSound(source), try Probe.firstSound(output))
  #expect(begin == nil && begun == nil || abs(begin! - begun!) <= 0.001)
  #expect(!(try Probe.shape(output)).contains("90"))
}

/// One row a frame, with the source's times, and faces that make sense.
func expectSound(_ rows: [Row], against times: [Double?]) throws {
  try #require(rows.count == times.count)
  for (index, row) in rows.enumerated() {
    #expect(row.frame == index && abs(row.time - (times[index] ?? row.time)) < 0.001)
    for face in row.faces {
      #expect(abs(face.probabilities.values.reduce(0, +) - 1) < 0.001)
      #expect(
        face.expression == "uncertain" ? face.reason != nil : face.probabilities[face.expression] == face.confidence)
    }
  }
}
