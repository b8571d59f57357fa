import Foundation
import TestSupport
import Testing

@testable import mien

/// What decoders of strangers' files may not do. On kernels without Landlock these are skipped.
@Suite(
  .serialized,
  .enabled(if: Sandbox.version != nil && Probe.isThere, "skipped: no Landlock in this kernel, or no ffmpeg"))
struct SandboxTests {
  @Test func annotateRunsInOneByDefault() throws {
    let scratch = try Scratch()
    let run = try Program.start(Program.path, ["annotate", sampleClip, "--jsonl", scratch.path("r.jsonl")])
    var status = ""
    for _ in 0..<400 where run.process.isRunning && !status.contains("Seccomp:\t2") {
      status = (try? String(contentsOfFile: "/proc/\(run.process.identifier)/status", encoding: .utf8)) ?? status
      usleep(10_000)
    }
    #expect(status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2"))
    #expect(try run.wait().status == 0)
    let without = try Program.mien("annotate", sampleClip, "--quiet", "--no-sandbox", "--jsonl", "-")
    #expect(try scratch.data("r.jsonl") == without.output)
  }

  /// A list of segments that names a file elsewhere: FFmpeg would read it, wherever it is.
  @Test func listsReachNoOtherFolder() throws {
    let scratch = try Scratch()
    for folder in ["here", "private"] {
      try FileManager.default.createDirectory(at: scratch.file(folder), withIntermediateDirectories: true)
    }
    let made = try Tool.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-i", sampleClip, "-t", "1", "-c:v", "libx264", "-an", scratch.path("private/secret.ts")])
    #expect(made.status == 0)
    let list = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.0,\n\(scratch.path("private/secret.ts"))\n#EXT-X-ENDLIST\n"
    try Data(list.utf8).write(to: scratch.file("here/list.m3u8"))
    func annotate(_ words: String...) throws -> Program.Outcome {
      try Program.run(
        Program.path,
        ["annotate", "here/list.m3u8", "--quiet", "--models", "fast", "--force", "--csv", "here/r.csv"] + words,
        in: scratch.folder)
    }
    #expect(try annotate("--no-sandbox").status == 0, "it is readable")
    let kept = try annotate()
    #expect(kept.status == 1 && kept.errors.split(separator: "\n").count == 1, "\(kept.errors)")
    try FileManager.default.copyItem(at: scratch.file("private/secret.ts"), to: scratch.file("here/own.ts"))
    try Data(list.replacing(scratch.path("private/secret.ts"), with: "own.ts").utf8).write(
      to: scratch.file("here/list.m3u8"))
    #expect(try annotate().status == 0, "beside the list all is well")
  }

  /// Links, new folders, pipes and all kinds of output work as without.
  @Test func whatWasAskedForIsAllowed() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(at: scratch.file("store/deep"), withIntermediateDirectories: true)
    _ = try Tool.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-i", sampleClip, "-t", "0.6", "-c:v", "libx264", scratch.path("store/deep/a.mp4")])
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("in"), withDestinationPath: scratch.path("store/deep"))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("rows.csv"), withDestinationPath: scratch.path("store/rows.csv"))
    let outcome = try Program.mien(
      "annotate", "in", "-o", "new/out", "--quiet", "--models", "fast", "--sandbox", "--jsonl", "new/rows/", "--csv",
      "rows.csv",
      "--vtt", "a.vtt", "--timeline", "t.png", "--report", "r.html", "--sqlite", "a.db", "--segments", "seg/%n.eaf",
      in: scratch.folder)
    #expect(outcome.status == 1 || outcome.status == 0, "\(outcome.errors)")
    try FileManager.default.createDirectory(at: scratch.file("new"), withIntermediateDirectories: true)
    let again = try Program.mien(
      "annotate", "in", "-o", "new/out", "--quiet", "--models", "fast", "--sandbox", "--jsonl", "new/rows/", "--csv",
      "rows.csv",
      "--vtt", "a.vtt", "--timeline", "t.png", "--report", "r.html", "--sqlite", "a.db", "--segments", "seg/%n.eaf",
      "--force",
      in: scratch.folder)
    #expect(again.status == 0, "\(again.errors)")
    for name in [
      "new/out/a.mp4", "new/rows/a.jsonl", "store/rows.csv", "a.vtt", "t.png", "r.html", "a.db", "seg/a.eaf",
    ] {
      #expect(scratch.has(name), "\(name)")
    }
    let crops = try Program.mien(
      "annotate", "in/a.mp4", "-o", "b.mp4", "--quiet", "--models", "fast", "--show-crops", "crops", "--explain",
      "gradcam",
      in: scratch.folder)
    #expect(crops.status == 0 && scratch.has("crops"), "\(crops.errors)")
    let both = try Program.mien("annotate", "in/a.mp4", "--csv", "-", "--sandbox", "--no-sandbox", in: scratch.folder)
    #expect(both.status == 2)
  }
}
