import Foundation
import TestSupport
import Testing

/// Scenes that follow each other, made of the sample's three people: a number belongs to one face.
@Suite(.enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct ScenesTests {
  /// Upright parts of the sample with one face each, from a second at which nobody crosses; each is shown alone for `seconds`.
  private static let people = [(70, 0.0), (380, 0.0), (690, 1.0)]

  private func ffmpeg(_ arguments: [String]) throws {
    let outcome = try Program.run("/usr/bin/ffmpeg", ["-v", "error", "-y"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  /// The scene of a person, `frame` laid around it.
  private func scene(_ person: Int, seconds: Double, _ frame: String, to path: String) throws {
    let (x, start) = Self.people[person]
    try ffmpeg(
      ["-ss", "\(start)", "-t", "\(seconds)", "-i", sampleClip, "-an", "-vf", "crop=200:356:\(x):92,\(frame)"]
        + ["-c:v", "libx264", "-crf", "12", path])
  }

  /// Numbers of the faces in the rows of `clip` between two times.
  private func numbers(_ rows: [Row], _ times: Range<Double>) -> Set<Int> {
    Set(rows.filter { times.contains($0.time) }.flatMap { $0.faces.map(\.track) })
  }

  private func rows(_ clip: String, _ more: String...) throws -> [Row] {
    let outcome = try Program.run(Program.path, ["annotate", clip, "--jsonl", "-", "--models", "fast"] + more)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try Row.all(outcome.output)
  }

  /// A phone's upright recordings in a wide video; the bars may have any even colour.
  @Test(arguments: ["black", "0x204060"]) func numbersEndWithTheirSceneBetweenBars(colour: String) throws {
    let scratch = try Scratch()
    let bars = "pad=640:356:220:0:color=\(colour)"
    for person in 0..<3 { try scene(person, seconds: 1, bars, to: scratch.path("\(person).mp4")) }
    try ffmpeg(
      (0..<3).flatMap { ["-i", scratch.path("\($0).mp4")] }
        + ["-filter_complex", "[0][1][2]concat=n=3", "-c:v", "libx264", "-crf", "16", scratch.path("all.mp4")])
    let rows = try rows(scratch.path("all.mp4"))
    let seen = (0..<3).map { numbers(rows, Double($0) + 0.2..<Double($0) + 0.95) }
    #expect(seen.map(\.count) == [1, 1, 1])
    #expect(Set(seen.flatMap { $0 }).count == 3)
  }

  /// One scene dissolves into the next, or fades out to black before it.
  @Test(arguments: ["fade", "fadeblack"], [0.5, 1, 1.6])
  func numbersEndWithASceneThatDissolves(transition: String, length: Double) throws {
    let scratch = try Scratch()
    for person in 0..<2 { try scene(person, seconds: 2.5, "format=yuv420p", to: scratch.path("\(person).mp4")) }
    try ffmpeg(
      ["-i", scratch.path("0.mp4"), "-i", scratch.path("1.mp4"), "-filter_complex"]
        + [
          "[0][1]xfade=\(transition):duration=\(length):offset=\(2.5 - length)", "-crf", "16", scratch.path("all.mp4"),
        ])
    let rows = try rows(scratch.path("all.mp4"))
    let (first, second) = (numbers(rows, 0.2..<2.4 - length), numbers(rows, 2.6..<4.8 - length))
    #expect(first.count == 1 && second.count == 1)
    #expect(first.isDisjoint(with: second))
  }

  /// A camera that swings past people is no change of scene.
  @Test func aSwingingCameraKeepsNumbers() throws {
    let scratch = try Scratch()
    try ffmpeg(
      [
        "-i", sampleClip, "-t", "3", "-an", "-vf", "crop=480:400:240+200*sin(2*t):100", "-crf", "16",
        scratch.path("s.mp4"),
      ])
    let middle = try rows(scratch.path("s.mp4")).flatMap { row in row.faces.map(\.track) }
    #expect(Set(middle).count <= 3, "three people, seen again and again")
  }

  /// A camera under the ceiling: upside down as it is, or turned by an option.
  @Test func peopleUpsideDownAreFound() throws {
    let scratch = try Scratch()
    try ffmpeg(
      ["-i", sampleClip, "-t", "1", "-an", "-vf", "vflip,hflip", "-crf", "12", scratch.path("down.mp4")])
    let (found, turned) = (try rows(scratch.path("down.mp4")), try rows(scratch.path("down.mp4"), "--turn", "180"))
    #expect(found.dropFirst(2).allSatisfy { $0.faces.count >= 2 })
    #expect(turned.dropFirst(2).allSatisfy { $0.faces.count == 3 })
  }

  /// Frames that are turned lie like those that FFmpeg turns, in what is written, too.
  @Test(arguments: [("90", "transpose=1"), ("180", "hflip,vflip"), ("270", "transpose=2")])
  func framesAreTurned(degrees: String, filter: String) throws {
    let scratch = try Scratch()
    let (plain, turned, theirs) = (scratch.path("plain.png"), scratch.path("turned.png"), scratch.path("theirs.png"))
    try ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=98x64", "-frames:v", "1", "-pix_fmt", "rgb24", plain])
    try ffmpeg(["-i", plain, "-vf", filter, "-pix_fmt", "rgb24", theirs])
    let outcome = try Program.mien("annotate", plain, "-o", turned, "--turn", degrees)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let frames = try [turned, theirs].map { path in
      try Program.run("/usr/bin/ffmpeg", ["-v", "error", "-i", path, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]).output
    }
    #expect(frames[0] == frames[1] && frames[0].count == 98 * 64 * 3)
  }

  @Test func otherTurnsAreRefused() throws {
    let outcome = try Program.mien("annotate", sampleClip, "--jsonl", "-", "--turn", "45")
    #expect(outcome.status == 2 && outcome.complaints.count == 1)
  }
}
