import Foundation
import TestSupport
import Testing

/// What `mien live` can be told besides where frames come from and rows go.
@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct LiveOptionTests {
  @Test func fewerFramesAreAnalysedWhereThatIsAskedFor() throws {
    let outcome = try Program.mien(
      "live", sampleClip, "--headless", "--models", "fast", "--frames", "75", "--max-rate", "4", "--jsonl", "-")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let words = outcome.errors.firstMatch(of: /(\d+) of them analysed/)
    let analysed = try #require(words.flatMap { Int($0.1) })
    #expect((1...14).contains(analysed), "three seconds: \(outcome.errors)")
    #expect(try Row.all(outcome.output).count == 75, "and all have rows")
  }

  @Test func aRecordingOfAFileHasItsSound() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("a.mp4", seconds: 2)
    let outcome = try Program.mien("live", clip, "--headless", "--models", "fast", "--record", scratch.path("r.mkv"))
    #expect(outcome.status == 0 && !outcome.errors.contains("no sound"), "\(outcome.errors)")
    #expect(try Probe.kinds(scratch.path("r.mkv")) == ["video", "audio"])
    #expect(try Probe.soundHash(scratch.path("r.mkv")) == Probe.soundHash(clip), "untouched")
    let (first, before) = (try Probe.firstSound(scratch.path("r.mkv")), try Probe.firstSound(clip))
    #expect(abs(try #require(first) - #require(before)) < 0.05)
  }

  @Test func servicesEndRegularly() throws {
    let scratch = try Scratch()
    let running = try Program.start(
      Program.path,
      ["live", sampleClip, "--headless", "--models", "fast", "--log-times", "--record", scratch.path("a.mkv")])
    Thread.sleep(forTimeInterval: 2)
    running.process.send(SIGTERM)
    let outcome = try running.wait()
    #expect(outcome.status == 143 && outcome.errors.contains("Ended by SIGTERM"), "\(outcome.errors)")
    #expect(scratch.names == ["a.partial.mkv"])
    let lines = outcome.errors.split(separator: "\n")
    #expect(!lines.isEmpty && lines.allSatisfy { $0.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d .*/) != nil })
  }

  @Test func aSourceThatComesLaterIsWaitedFor() throws {
    let scratch = try Scratch()
    let running = try Program.start(
      Program.path,
      ["live", scratch.path("late.mp4"), "--headless", "--models", "fast", "--frames", "5", "--wait", "--jsonl", "-"])
    Thread.sleep(forTimeInterval: 1.5)
    #expect(running.process.isRunning)
    try FileManager.default.copyItem(atPath: sampleClip, toPath: scratch.path("late.mp4"))
    let outcome = try running.wait()
    #expect(
      outcome.status == 0 && outcome.errors.matches(of: /is tried again each second/).count == 1, "\(outcome.errors)")
    #expect(try Row.all(outcome.output).count == 5)
    let never = try Program.start(
      Program.path, ["live", scratch.path("never.mp4"), "--headless", "--frames", "5", "--wait", "--jsonl", "-"])
    Thread.sleep(forTimeInterval: 1.5)
    never.process.send(SIGINT)
    #expect(try never.wait().status == 130)
  }

  @Test func aMissingVirtualCameraSaysHowToMakeIt() throws {
    let outcome = try Program.mien("live", sampleClip, "--headless", "--output", "/dev/video77")
    #expect(
      outcome.status == 1 && outcome.errors.contains("sudo modprobe v4l2loopback exclusive_caps=1 video_nr=77"),
      "\(outcome.errors)")
  }

  /// A chroma key takes the colour out: what is left are boxes and labels.
  @Test func theOverlayAloneIsDrawnOnAColour() throws {
    let scratch = try Scratch()
    _ = try Tool.run("/usr/bin/ffmpeg", ["-v", "error", "-i", sampleClip, "-frames:v", "1", scratch.path("a.png")])
    for words in [["--bars", "none"], ["--bars", "all"], ["--no-labels"]] {
      let outcome = try Program.run(
        Program.path,
        ["annotate", "a.png", "-o", "b.png", "--force", "--quiet", "--background", "green"] + words, in: scratch.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let raw = try Tool.run(
        "/usr/bin/ffmpeg", ["-v", "error", "-i", scratch.path("b.png"), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
      let bytes = [UInt8](raw.output)
      let green = stride(from: 0, to: bytes.count, by: 3).count {
        bytes[$0] < 8 && bytes[$0 + 1] > 247 && bytes[$0 + 2] < 8
      }
      let share = Double(green) * 3 / Double(bytes.count)
      switch words.last! {
      case "none": #expect((0.9..<0.999).contains(share), "\(share)")
      case "all": #expect((0.75..<0.96).contains(share), "\(share)")
      default: #expect(share == 1)
      }
    }
    let refused = try Program.mien("annotate", scratch.path("a.png"), "-o", "x.png", "--background", "greenish")
    #expect(refused.status == 2 && refused.errors.contains("#RRGGBB"))
  }
}
