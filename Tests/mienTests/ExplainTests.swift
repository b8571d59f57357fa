import Foundation
import TestSupport
import Testing

private let portrait = TestData.folder?.appendingPathComponent("portraits/darwin_III_5_man_smile.png")

@Suite struct ExplainTests {
  @Test(.enabled(if: portrait.map { FileManager.default.fileExists(atPath: $0.path) } == true, "skipped: no test data"))
  func figuresAndNumbersOfAPortrait() throws {
    let scratch = try Scratch()
    for format in ["png", "svg", "pdf"] {
      let outcome = try Program.mien(
        "explain", "mien_vgg", portrait!.path, "--format", format, "--force", "-o", scratch.path("out"))
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let stem = "out/darwin_III_5_man_smile-gradcam"
    #expect(try scratch.text("\(stem).svg").contains("<symbol") && scratch.has("\(stem).pdf"))
    let numbers = try #require(
      try JSONSerialization.jsonObject(with: scratch.data("\(stem).json")) as? [[String: Any]])
    #expect((numbers[0]["maps"] as? [[String: Any]])?.count == 8 && numbers[0]["model"] as? String == "mien_vgg")
    let again = try Program.mien("explain", "mien_vgg", portrait!.path, "-o", scratch.path("out"))
    #expect(again.status == 1 && again.errors.contains("--force"), "\(again.errors)")
  }

  /// Of a folder, images without a face and broken ones are said, and the others explained.
  @Test func aFolderIsExplainedToItsEnd() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path("in"), withIntermediateDirectories: true)
    for (name, size) in [("a", "200x200"), ("b", "48x48"), ("c", "200x200"), ("d", "48x48")] {
      _ = try Program.run(
        "/usr/bin/ffmpeg",
        [
          "-v", "error", "-f", "lavfi", "-i", "color=gray:size=\(size)", "-frames:v", "1",
          scratch.path("in/\(name).png"),
        ])
    }
    guard scratch.has("in/d.png") else { return print("skipped: no ffmpeg") }
    let words = ["explain", "mien_vgg", "in", "--force", "-o", "out"]
    let outcome = try Program.run(Program.path, words, in: scratch.folder)
    #expect(outcome.status == 0 && outcome.complaints.count { $0.contains("No face") } == 2, "\(outcome.errors)")
    #expect(scratch.has("out/b-gradcam.png") && scratch.has("out/d-gradcam.png"))
    try Data("x".utf8).write(to: scratch.file("in/a.png"))
    let broken = try Program.run(Program.path, words, in: scratch.folder)
    #expect(broken.status == 1 && broken.errors.contains("1 of 4 images could not be read"), "\(broken.errors)")
    for name in ["a", "b", "d"] { try FileManager.default.removeItem(at: scratch.file("in/\(name).png")) }
    try FileManager.default.copyItem(at: scratch.file("in/c.png"), to: scratch.file("in/a.png"))
    let none = try Program.run(Program.path, words, in: scratch.folder)
    #expect(none.status == 1 && none.errors.contains("None of the 2 images"), "\(none.errors)")
  }

  @Test func cropsNeedNoFace() throws {
    let scratch = try Scratch()
    let made = try Program.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=48x48", "-frames:v", "1", scratch.path("crop.png")])
    guard made.status == 0 else { return print("skipped: no ffmpeg") }
    let outcome = try Program.mien(
      "explain", "mien_vgg", "crop.png", "--method", "smoothgrad", "--labels", "fer2013", "-o", "out",
      in: scratch.folder
    )
    #expect(outcome.status == 0 && scratch.has("out/crop-smoothgrad.png"), "\(outcome.errors)")
  }

  @Test func whatCannotBeExplainedIsOneSentence() throws {
    let scratch = try Scratch()
    _ = try Program.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "color=gray:size=200x200", "-frames:v", "1", scratch.path("grey.png")])
    guard scratch.has("grey.png") else { return print("skipped: no ffmpeg") }
    let cases: [([String], Int32, String)] = [
      (["grey.png"], 2, "-o"), (["grey.png", "-o", "out"], 1, "No face"),
      (["grey.png", "-o", "out", "--layer", "features.301"], 1, "did you mean features.30?"),
      (["grey.png", "-o", "out", "--layer", "votes"], 1, "single pixel"), (["none.png", "-o", "out"], 1, "none.png"),
    ]
    for (words, status, part) in cases {
      let outcome = try Program.run(Program.path, ["explain", "mien_vgg"] + words, in: scratch.folder)
      #expect(
        outcome.status == status && outcome.complaints.count == 1 && outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  /// Heat changes the image around the face and nothing else that is written.
  @Test(.enabled(if: portrait.map { FileManager.default.fileExists(atPath: $0.path) } == true, "skipped: no test data"))
  func annotateDrawsHeat() throws {
    let scratch = try Scratch()
    for (name, more) in [("plain", []), ("heat", ["--explain", "gradcam"])] {
      let words = [
        "annotate", portrait!.path, "-o", scratch.path("\(name).png"), "--jsonl", scratch.path("\(name).jsonl"),
      ]
      let outcome = try Program.run(Program.path, words + more)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try scratch.data("plain.jsonl") == scratch.data("heat.jsonl"))
    #expect(try scratch.data("plain.png") != scratch.data("heat.png"))
    let alone = try Program.mien("annotate", portrait!.path, "--jsonl", "-", "--explain", "gradcam")
    #expect(alone.status == 2 && alone.errors.contains("-o"))
  }
}
