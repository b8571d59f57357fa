import Foundation
import TestSupport
import Testing

@testable import Core
@testable import Sessions

private let sample = TestData.packageRoot.appendingPathComponent("samples/portraits.mp4").path

@Suite struct HidingOptionTests {
  @Test func anonymisedRecordingsSayNothingOfTheirSource() throws {
    let scratch = try Scratch()
    let source = scratch.path("source.mkv")
    _ = try Tool.run(
      "/usr/bin/ffmpeg",
      [
        "-v", "error", "-i", sample, "-f", "lavfi", "-i", "sine=d=1", "-t", "1", "-metadata", "title=Dr Jekyll",
        "-metadata",
        "location=+51.5-000.1/", "-metadata:s:v", "title=ward 7", "-metadata:s:a", "language=fra", source,
      ])
    let outcome = try Program.run(Program.path, ["anonymise", source, "-o", scratch.path("out.mkv")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let probe = try Tool.run(
      "/usr/bin/ffprobe", ["-v", "error", "-show_format", "-show_streams", scratch.path("out.mkv")])
    let text = String(decoding: probe.output, as: UTF8.self)
    #expect(!text.contains("Jekyll") && !text.contains("51.5") && !text.contains("ward"))
    #expect(text.contains("codec_type=video") && !text.contains("codec_type=audio"))
    let kept = try Program.run(
      Program.path,
      [
        "annotate", source, "-o", scratch.path("kept.mkv"), "--hide-faces", "mask", "--keep-metadata",
      ])
    let all = try Tool.run(
      "/usr/bin/ffprobe", ["-v", "error", "-show_format", "-show_streams", scratch.path("kept.mkv")])
    #expect(kept.status == 0 && String(decoding: all.output, as: UTF8.self).contains("Jekyll"))
  }

  @Test func regionsAreReadAndRefusedByLine() throws {
    let scratch = try Scratch()
    try Data("# a sign\n0 2.5 10 20 30 40\n\n1,2, 0,0, 5,5 # a plate\n".utf8).write(to: scratch.file("good"))
    let regions = try HiddenRegion.read(scratch.path("good"))
    #expect(regions.map(\.time) == [0...2.5, 1...2] && regions.map(\.box.width) == [30, 5])
    for bad in ["1 2 3", "2 1 0 0 5 5", "0 1 0 0 5 nan", "0 1 0 0 5 -5", "0 1 0 0 5 5 6"] {
      try Data("0 1 0 0 5 5\n\(bad)\n".utf8).write(to: scratch.file("bad"))
      #expect(throws: HiddenRegionError.malformed(scratch.path("bad"), line: 2)) {
        try HiddenRegion.read(scratch.path("bad"))
      }
    }
    let outcome = try Program.run(
      Program.path,
      [
        "annotate", sample, "-o", scratch.path("x.mp4"), "--hide-faces", "blur", "--hide-regions", scratch.path("bad"),
      ])
    #expect(outcome.status == 2 && outcome.errors.contains("Line 2 of"))
  }

  @Test(arguments: [
    ["--margin", "20"], ["--cover", "ellipse"], ["--keep-face", "1"], ["--keep-metadata"],
  ])
  func detailsNeedHiding(words: [String]) throws {
    let outcome = try Program.run(Program.path, ["annotate", sample, "-o", "/dev/null"] + words)
    #expect(outcome.status == 2 && outcome.errors.contains("--hide-faces"))
  }

  @Test func facesComeAndGo() {
    var times = SightTimes()
    func add(_ time: Double, _ tracks: [Int]) {
      let faces = tracks.map {
        FaceResult(
          track: $0, box: Box(x: 0, y: 0, width: 1, height: 1), score: 1, source: .measured, expression: nil,
          reason: .unclear, confidence: 0, probabilities: [])
      }
      times.add(FrameResult(frame: Int(time * 10), time: time, faces: faces))
    }
    for step in 0...40 {
      let time = Double(step) / 10
      add(time, [1] + (time >= 1 && time < 1.6 || time > 2.45 && time < 3.05 ? [2] : []))
    }
    #expect(times.all().map { ($0 * 10).rounded() } == [10, 15, 25, 30])
  }
}
