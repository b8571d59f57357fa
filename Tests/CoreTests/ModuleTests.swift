import Foundation
import TestSupport
import Testing

/// `docs/design.md` says which module imports which.
@Suite struct ModuleTests {
  private static let root = TestData.packageRoot

  /// The lines `NAME -> A B` of the page.
  private func arrows() throws -> [String: Set<String>] {
    let page = try String(contentsOf: Self.root.appendingPathComponent("docs/design.md"), encoding: .utf8)
    let lines = page.matches(of: /(?m)^    (\w+) +-> ([\w ]+)$/)
    let pairs = lines.map { (String($0.1), Set($0.2.split(separator: " ").map(String.init)).subtracting(["nothing"])) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// What the files of a module import, of other modules with Swift sources.
  private func imports(_ module: String, of known: Set<String>) throws -> Set<String> {
    let folder = Self.root.appendingPathComponent("Sources/\(module)")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)!
    var found: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for line in text.matches(of: /(?m)^(?:@_exported )?(?:public )?import (\w+)$/) { found.insert(String(line.1)) }
    }
    return found.intersection(known)
  }

  @Test func thePageSaysWhatTheSourcesImport() throws {
    let arrows = try arrows()
    #expect(arrows.count == 14)
    let known = Set(arrows.keys).union(["KernelTypes", "WideLoops"])
    for (module, expected) in arrows {
      #expect(try imports(module, of: known) == expected, "\(module)")
    }
  }

  @Test func noArrowLeadsUp() throws {
    var left = try arrows()
    let known = Set(left.keys)
    while let (module, _) = left.first(where: { left[$0.key]!.intersection(known).isDisjoint(with: left.keys) }) {
      left[module] = nil
    }
    #expect(left.isEmpty, "a circle among \(left.keys.sorted())")
  }

  /// What is public is explained: pages are made of the comments (`make docs`).
  @Test(.enabled(if: hasTools, "skipped: no swift-symbolgraph-extract beside swift"))
  func everyPublicNameHasAComment() throws {
    let outcome = try Tool.run(Self.root.appendingPathComponent("tools/docs").path, ["--check"], in: Self.root)
    #expect(outcome.status == 0, "\(outcome.text)\(outcome.errors)")
  }

  private static let hasTools =
    (try? Tool.run(
      "/bin/sh", ["-c", "test -x \"$(dirname \"$(readlink -f \"$(command -v swift)\")\")/swift-symbolgraph-extract\""]
    ).status) == 0
}
