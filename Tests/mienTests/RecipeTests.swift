import Foundation
import TestSupport
import Testing

/// FER2013 of noise with FER+'s votes: of each class `count` images, brighter from class to class.
private func write(_ scratch: Scratch, each count: Int) throws {
  var state: UInt64 = 7
  func noise() -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 60)
  }
  var images = "emotion,pixels,Usage\n"
  var votes = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
  for usage in ["Training", "PublicTest"] {
    for place in 0..<7 * count {
      let pixels = (0..<48 * 48).map { _ in String(place % 7 * 30 + noise()) }
      images += "\(place % 7),\(pixels.joined(separator: " ")),\(usage)\n"
      votes +=
        "\(usage),fer.png," + (0..<10).map { $0 == place % 7 ? "9" : $0 == 9 ? "1" : "0" }.joined(separator: ",") + "\n"
    }
  }
  try images.write(toFile: scratch.path("fer2013.csv"), atomically: true, encoding: .utf8)
  try votes.write(toFile: scratch.path("fer2013new.csv"), atomically: true, encoding: .utf8)
}

private let recipe = TestData.packageRoot.appendingPathComponent("tools/training/train.py")

/// A teacher and its student by `tools/training`: Mien reads both, and counts what PyTorch counts.
@Test(.enabled(if: Python.has("torch"), Comment(rawValue: Python.missing("torch"))))
func theRecipesWeightsAreReadAndCountedAlike() throws {
  let scratch = try Scratch()
  try write(scratch, each: 4)
  let said = try Python.run(
    file: recipe, "--data", scratch.folder.path, "--out", scratch.path("out"), "--only", "teacher_vgg,mien_vgg",
    "--epochs", "4")
  let lines = String(decoding: said, as: UTF8.self).split(separator: "\n")
  #expect(lines.count == 2 && lines[0].hasPrefix("teacher_vgg: ") && lines[1].hasPrefix("mien_vgg: "))
  for (name, line) in zip(["teacher_vgg", "mien_vgg"], lines) {
    let counts = line.split(separator: " ").compactMap { Int($0) }
    for (labels, place) in [("fer2013", 0), ("people", 2)] {
      let judged = try Program.mien(
        "evaluate", scratch.path("out/\(name).safetensors"), "--data", scratch.folder.path, "--split", "val",
        "--labels", labels,
        "--no-cache")
      #expect(judged.status == 0, "\(judged.errors)")
      let first = try #require(judged.lines.first)
      #expect(first.hasPrefix("\(counts[place]) of \(counts[place + 1]) right"), "\(line): \(first)")
    }
  }
}

/// A student without a teacher is refused, not trained from nothing.
@Test(.enabled(if: Python.has("torch"), Comment(rawValue: Python.missing("torch"))))
func aStudentNeedsATeacher() throws {
  let scratch = try Scratch()
  try write(scratch, each: 1)
  let words = ["-B", recipe.path, "--data", scratch.folder.path, "--out", scratch.path("out"), "--only", "mien_vgg"]
  let outcome = try Program.run("/usr/bin/python3", words)
  #expect(outcome.status == 2 && outcome.errors.contains("mien_vgg learns from teachers"), "\(outcome.errors)")
  #expect(!scratch.has("out/mien_vgg.safetensors"))
}
