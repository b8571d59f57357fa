import Foundation
import TestSupport
import Testing

/// Forty faces of the sample clip, `side` pixels wide, in an image of 4000x2250.
private func crowd(_ side: Int, to path: String) throws {
  // The left man's face is 115 to 130 pixels wide in the first frames.
  let filter =
    "crop=300:300:30:130,scale=\(300 * side / 120):-1,pad=500:450:(ow-iw)/2:(oh-ih)/2:gray,tile=8x5"
  let made = try Program.run(
    "/usr/bin/ffmpeg",
    ["-v", "error", "-i", TestData.packageRoot.appendingPathComponent("samples/portraits.mp4").path, "-vf", filter]
      + ["-frames:v", "1", path])
  try #require(made.status == 0, "\(made.errors)")
}

@Suite(.enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct SmallFacesTests {
  private func faces(_ path: String, _ more: String...) throws -> [Row] {
    let outcome = try Program.run(Program.path, ["annotate", path, "--jsonl", "-", "--models", "fast"] + more)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try Row.all(outcome.output)
  }

  @Test(arguments: [90, 40]) func stillsAreLookedAtEntirely(side: Int) throws {
    let scratch = try Scratch()
    try crowd(side, to: scratch.path("crowd.jpg"))
    let rows = try faces(scratch.path("crowd.jpg"))
    #expect(rows[0].faces.count >= 38, "\(rows[0].faces.count)")
    let none = try faces(scratch.path("crowd.jpg"), "--smallest-face", "400")
    #expect(none[0].faces.isEmpty)
  }

  /// Small faces are there from the first frame on, are followed while they move, and each keeps its number.
  @Test func recordingsAreLookedAtInTurns() throws {
    let scratch = try Scratch()
    try crowd(90, to: scratch.path("crowd.png"))
    let moving = "scale=1920:1080,crop=1900:1068:n:n/2,scale=1920:1080"
    let made = try Program.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-loop", "1", "-i", scratch.path("crowd.png"), "-vf", moving, "-frames:v", "12"]
        + ["-pix_fmt", "yuv420p", scratch.path("crowd.mp4")])
    try #require(made.status == 0, "\(made.errors)")
    let rows = try faces(scratch.path("crowd.mp4"))
    #expect(rows.allSatisfy { $0.faces.count >= 30 }, "\(rows.map(\.faces.count))")
    #expect(rows.allSatisfy { $0.faces.count { $0.source == "measured" } >= 12 })
    #expect(Set(rows.flatMap(\.faces).map(\.track)).count <= 44)
  }
}
