import Foundation
import TestSupport
import Testing

/// `tools/results`, which `make results` runs: measures what has no result, trains folds on the way, writes the page.
@Suite struct ResultsPageTests {
  private static let tool = TestData.packageRoot.appendingPathComponent("tools/results").path

  private func csv(_ count: Int) -> String {
    let rows = (0..<count).map { (image: Int) -> String in
      let pixels = (0..<2304).map { (place: Int) -> String in String((place * (image + 3) + image) % 256) }
      return "\(image % 7),\(pixels.joined(separator: " ")),S\(image / 3)\n"
    }
    return "emotion,pixels,subject\n" + rows.joined()
  }

  @Test func measuresAndWritesThePage() throws {
    let scratch = try Scratch()
    for folder in ["data", "results", "docs"] {
      try FileManager.default.createDirectory(atPath: scratch.path(folder), withIntermediateDirectories: true)
    }
    try csv(14).write(toFile: scratch.path("data/all.csv"), atomically: true, encoding: .utf8)
    try csv(7).write(toFile: scratch.path("data/val.csv"), atomically: true, encoding: .utf8)
    let configuration = """
      {"data_path": "data", "arch": "mien_vgg", "image_size": 16, "in_channels": 1, "batch_size": 7, "max_epoch_num": 1,
       "model_name": "tiny"}
      """
    try configuration.write(toFile: scratch.path("tiny.json"), atomically: true, encoding: .utf8)
    let tables = """
      {"notes": ["A note."], "tables": [{"title": "Tiny", "notes": ["Small."],
        "published": [{"model": "Theirs", "accuracy": "12.34", "split": "test", "source": "a paper"}],
        "rows": [
          {"result": "a", "model": "mien_vgg", "recipe": "shipped", "split": "val", "data": "data",
           "command": "mien evaluate mien_vgg --data data --split val --no-cache"},
          {"result": "b", "model": "tiny", "recipe": "tiny.json", "split": "2 folds", "data": "data",
           "train": ["mien train tiny.json --fold subjects:1/2", "mien train tiny.json --fold subjects:2/2"],
           "command": "mien evaluate saved/checkpoints/tiny --data data --folds subjects:2 --no-cache"},
          {"result": "c", "model": "elsewhere", "recipe": "none", "split": "val", "data": "not-there",
           "command": "mien evaluate mien_vgg --data not-there"}]}]}
      """
    try tables.write(toFile: scratch.path("results/tables.json"), atomically: true, encoding: .utf8)
    let words = ["--measure", "--tables", "results/tables.json", "--out", "docs/results.md", "--mien", Program.path]
    let outcome = try Program.run(Self.tool, words, in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = try scratch.text("docs/results.md")
    #expect(page.contains("| Theirs | 12.34 |") && page.contains("Not measured: elsewhere"))
    #expect(page.contains("| tiny | **") && page.contains("± ") && page.contains("--fold subjects:2/2"))
    let again = try Program.run(Self.tool, Array(words.dropFirst()), in: scratch.folder)
    #expect(try again.output.isEmpty && scratch.text("docs/results.md") == page)
  }

  /// The page in the repository is what the tool makes of the files in the repository.
  @Test func thePageIsUpToDate() throws {
    let scratch = try Scratch()
    let outcome = try Program.run(Self.tool, ["--out", scratch.path("results.md")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let kept = TestData.packageRoot.appendingPathComponent("docs/results.md")
    #expect(try scratch.text("results.md") == String(contentsOf: kept, encoding: .utf8))
  }
}
